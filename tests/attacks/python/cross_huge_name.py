# language: python
# problem: code/total, values/total
# idea: forging the protocol: the judge's import called with enormous arguments
# verdict: protocol_violation

import wit_world


def total(numbers):
    return wit_world.cross("x" * 50_000_000, b"y" * 50_000_000)
