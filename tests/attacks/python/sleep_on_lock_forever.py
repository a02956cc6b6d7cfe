# language: python
# problem: code/total, values/total
# idea: state and surroundings: a lock that is waited for without a limit
# verdict: runtime_error

import threading


def total(numbers):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
    return -1
