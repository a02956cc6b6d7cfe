# language: python
# problem: code/total
# idea: denial of service: one long call in C, a factorial
# verdict: out_of_fuel

import math


def total(numbers):
    return math.factorial(3_000_000)
