# language: python
# problem: code/total
# idea: denial of service: recursion through C, by a comparison and a repr
# verdict: runtime_error

import sys

sys.setrecursionlimit(10**9)


class Deep:
    def __repr__(self):
        return repr([self])

    def __eq__(self, other):
        return [self] == [other]


def total(numbers):
    if Deep() == Deep():
        return -1
    return repr(Deep())
