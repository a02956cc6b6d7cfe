# language: python
# problem: code/tally, values/tally
# idea: honest: a Counter where a dict is asked for
# verdict: passed

from collections import Counter


def tally(words):
    return Counter(words)
