# language: python
# problem: code/total
# idea: denial of service: one long call in C, a key derivation
# verdict: out_of_fuel

import hashlib


def total(numbers):
    while True:
        hashlib.sha512(b"x" * 10_000_000).digest()
