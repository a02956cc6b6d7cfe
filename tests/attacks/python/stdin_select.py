# language: python
# problem: code/total, values/total
# idea: state and surroundings: a wait until standard input has something
# verdict: wrong_answer

import select
import sys


def total(numbers):
    select.select([sys.stdin], [], [], 3600)
    return -1
