# language: python
# problem: code/root
# idea: honest: the expected exception by a subclass of its own, with a cause and a note
# verdict: passed

import math


class NegativeNumber(ValueError):
    """A number that has no root."""

    def __init__(self, number):
        super().__init__(f"{number} is negative")
        self.number = number


def root(number):
    try:
        return math.isqrt(number)
    except ValueError as error:
        mine = NegativeNumber(number)
        mine.add_note("give a number of at least zero")
        raise mine from error
