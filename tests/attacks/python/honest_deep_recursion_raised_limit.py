# language: python
# problem: code/climb
# idea: honest: a higher recursion limit and memoised recursion to a depth of 850
# verdict: passed

import functools
import sys

sys.setrecursionlimit(10_000)


def climb(steps, sizes=(1, 2)):
    @functools.lru_cache(maxsize=None)
    def ways(left):
        if left == 0:
            return 1
        return sum(ways(left - size) for size in sizes if size <= left)

    return ways(steps)
