# language: python
# problem: code/total, values/total
# idea: honest: the clock read and a short sleep
# verdict: passed

import time


def total(numbers):
    start = time.perf_counter()
    time.sleep(0.01)
    assert time.perf_counter() > start
    return sum(numbers)
