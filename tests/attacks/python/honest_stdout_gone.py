# language: python
# problem: code/total, values/total
# idea: honest: standard output put aside while solving, and not put back
# verdict: passed

import sys


def total(numbers):
    sys.stdout = None
    return sum(numbers)
