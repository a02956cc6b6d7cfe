# language: python
# problem: code/tally, values/tally
# idea: values on the wire: a dict that contains itself through a list and a Counter
# verdict: protocol_violation

from collections import Counter


def tally(words):
    answer = Counter()
    answer["a"] = [{"b": answer}]
    return answer
