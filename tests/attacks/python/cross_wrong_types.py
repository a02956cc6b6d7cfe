# language: python
# problem: code/total, values/total
# idea: forging the protocol: the judge's import called with arguments of the wrong types
# verdict: runtime_error

import wit_world


def total(numbers):
    return wit_world.cross(12, {"not": "bytes"})
