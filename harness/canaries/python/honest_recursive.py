# problem: code/total, values/total
# idea: honest: recursion, a class and a decorator

import functools


class Sum:
    def __init__(self, numbers):
        self.numbers = numbers

    @functools.cached_property
    def value(self):
        def rest(start):
            return self.numbers[start] + rest(start + 1) if start < len(self.numbers) else 0

        if self.numbers is None:
            raise TypeError("no numbers")
        return rest(0)


def total(numbers):
    return Sum(numbers).value
