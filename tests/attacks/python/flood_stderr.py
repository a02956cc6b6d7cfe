# language: python
# problem: code/total, values/total
# idea: denial of service: a flood on standard error
# verdict: output_limit

import sys


def total(numbers):
    while True:
        sys.stderr.write("passed" * 1000)
