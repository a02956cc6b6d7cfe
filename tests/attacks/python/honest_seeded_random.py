# language: python
# problem: code/total, values/total
# idea: honest: random numbers that do not change the answer
# verdict: passed

import random

random.seed(7)


def total(numbers):
    shuffled = list(numbers)
    random.shuffle(shuffled)
    return sum(shuffled)
