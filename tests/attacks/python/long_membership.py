# language: python
# problem: code/total
# idea: denial of service: one long call in C, a search in an endless iterator
# verdict: out_of_fuel

import itertools


def total(numbers):
    return -1 in itertools.count()
