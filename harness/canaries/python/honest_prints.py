# problem: code/total, values/total
# idea: honest: it prints while it solves

import sys


def total(numbers):
    print("working on", numbers, "\u00e9\U0001f600")
    print("still", file=sys.stderr)
    found = 0
    for number in numbers:
        found += number
    return found
