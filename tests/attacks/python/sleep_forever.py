# language: python
# problem: code/total, values/total
# idea: state and surroundings: sleeps without end
# verdict: out_of_fuel

import time


def total(numbers):
    while True:
        time.sleep(3600)
