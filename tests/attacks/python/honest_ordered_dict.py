# language: python
# problem: code/tally, values/tally
# idea: honest: an OrderedDict in an order of its own
# verdict: passed

from collections import OrderedDict


def tally(words):
    return OrderedDict((word, words.count(word)) for word in sorted(set(words), reverse=True))
