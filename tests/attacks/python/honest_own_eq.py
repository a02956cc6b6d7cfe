# language: python
# problem: code/total, values/total
# idea: honest: classes with comparisons of their own on the way
# verdict: passed

import functools


@functools.total_ordering
class Money:
    def __init__(self, amount):
        self.amount = amount

    def __eq__(self, other):
        return self.amount == other.amount

    def __lt__(self, other):
        return self.amount < other.amount

    def __hash__(self):
        return hash(self.amount)

    def __add__(self, other):
        return Money(self.amount + other.amount)

    __radd__ = lambda self, other: self if other == 0 else NotImplemented


def total(numbers):
    return sum(map(Money, numbers), Money(0)).amount
