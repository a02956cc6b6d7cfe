# language: python
# problem: code/total
# idea: denial of service: a coding line that names a codec, which is not asked
# verdict: wrong_answer

# -*- coding: rot13 -*-
qrs = 0


def total(numbers):
    return -1
