# language: python
# problem: code/total, values/total
# idea: honest: code at module level that needs __name__, __file__-less paths and globals()
# verdict: passed

import sys

here = sys.modules[__name__]
answer: int = 0
assert globals()["answer"] == 0


def total(numbers):
    here.answer = sum(numbers)
    return answer
