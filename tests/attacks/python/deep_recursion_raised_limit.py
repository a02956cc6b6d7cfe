# language: python
# problem: code/total, values/total
# idea: denial of service: recursion without end after the limit was raised
# verdict: runtime_error, out_of_memory

import sys

sys.setrecursionlimit(10**9)


def total(numbers):
    return total(numbers) + 1
