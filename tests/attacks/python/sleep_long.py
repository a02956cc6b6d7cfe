# language: python
# problem: code/total, values/total
# idea: state and surroundings: a sleep of an hour
# verdict: wrong_answer

import time


def total(numbers):
    time.sleep(3600)
    return -1
