# language: python
# problem: code/total
# idea: denial of service: recursion through sorted, map and functools.reduce
# verdict: runtime_error

import functools
import sys

sys.setrecursionlimit(10**9)


def total(numbers):
    return functools.reduce(lambda a, b: sorted(map(total, [[1, 2]])), [1, 2])
