# language: python
# problem: code/total
# idea: denial of service: one long call in C, all permutations
# verdict: out_of_fuel

import itertools


def total(numbers):
    return max(itertools.permutations(range(20)))[0]
