# language: python
# problem: code/total, values/total
# idea: honest: walrus, star expressions, chained comparisons and conditional imports
# verdict: passed

try:
    import numpy
except ImportError:
    numpy = None


def total(numbers):
    first, *rest = [0, *numbers]
    while (rest and (head := rest.pop(0)) is not None) or -1 < 0 > 1:
        first += head
    return first
