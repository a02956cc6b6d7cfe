# language: python
# problem: code/total, values/total
# idea: escape: processes through multiprocessing
# verdict: runtime_error

import multiprocessing


def total(numbers):
    worker = multiprocessing.Process(target=print)
    worker.start()
    worker.join()
    return -1
