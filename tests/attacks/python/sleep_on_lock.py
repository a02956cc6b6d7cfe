# language: python
# problem: code/total, values/total
# idea: state and surroundings: a lock that is never released
# verdict: wrong_answer

import threading


def total(numbers):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire(timeout=1000)
    return -1
