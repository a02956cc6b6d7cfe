# language: python
# problem: code/total
# idea: denial of service: one long call in C, a product of iterators
# verdict: out_of_fuel

import collections
import itertools


def total(numbers):
    collections.deque(itertools.product(range(100), repeat=8), maxlen=0)
    return -1
