# language: python
# problem: code/total
# idea: denial of service: calls of the host, which cost the guest next to nothing
# verdict: out_of_fuel

import os


def total(numbers):
    while True:
        os.urandom(50 << 20)
