# language: python
# problem: code/tally, values/tally
# idea: values on the wire: a defaultdict whose missing items are others at each reading
# verdict: wrong_answer

from collections import defaultdict


reads = []


def tally(words):
    answer = defaultdict(lambda: len(reads))
    for word in words:
        reads.append(answer[word])
    return answer
