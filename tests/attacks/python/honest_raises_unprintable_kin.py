# language: python
# problem: code/root
# idea: honest: the expected exception as one of its relatives that wants more arguments
# verdict: passed

import math


def root(number):
    if number < 0:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no root here")
    return math.isqrt(number)
