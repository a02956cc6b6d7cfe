# language: python
# problem: code/evens, values/evens
# idea: values on the wire: a list that says it has two thousand million items
# verdict: protocol_violation

import app


def evens(limit):
    app.encode = lambda value: b"(\x03\x00\x00\x00u\x02\x00\x00\x00ok[\xff\xff\xff\x7f" + b"N" * 1000
    return []
