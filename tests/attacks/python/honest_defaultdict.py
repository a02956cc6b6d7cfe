# language: python
# problem: code/tally, values/tally
# idea: honest: a defaultdict where a dict is asked for
# verdict: passed

from collections import defaultdict


def tally(words):
    counts = defaultdict(int)
    for word in words:
        counts[word] += 1
    return counts
