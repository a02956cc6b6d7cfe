# language: python
# problem: code/total
# idea: denial of service: recursion without end after the limit was raised
# verdict: out_of_fuel

import sys

sys.setrecursionlimit(10**9)


def total(numbers):
    return total(numbers) + 1
