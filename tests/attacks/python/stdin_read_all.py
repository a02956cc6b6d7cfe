# language: python
# problem: code/total, values/total
# idea: state and surroundings: all of standard input, read by descriptor
# verdict: wrong_answer

import os
import sys


def total(numbers):
    return len(sys.stdin.read()) + len(os.read(0, 100)) - 1
