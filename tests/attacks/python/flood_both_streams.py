# language: python
# problem: code/total, values/total
# idea: denial of service: both streams by turns, in many small pieces
# verdict: output_limit

import os


def total(numbers):
    for number in range(10**9):
        os.write(1 + number % 2, b"x" * 5_000)
