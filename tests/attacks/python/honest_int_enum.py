# language: python
# problem: code/total, values/total
# idea: honest: an IntEnum on the way, and its plain value as the answer
# verdict: passed

from enum import IntEnum, auto


class Sign(IntEnum):
    MINUS = -1
    PLUS = 1


def total(numbers):
    return sum(abs(number) * int(Sign.PLUS if number >= 0 else Sign.MINUS) for number in numbers)
