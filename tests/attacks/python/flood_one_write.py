# language: python
# problem: code/total, values/total
# idea: denial of service: one write of a hundred megabytes
# verdict: output_limit

import os


def total(numbers):
    os.write(2, b"x" * 100_000_000)
    while True:
        os.write(1, b"x" * 1_000_000)
