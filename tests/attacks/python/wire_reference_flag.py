# language: python
# problem: code/evens, values/evens
# idea: values on the wire: marshal's flag for references on a plain list
# verdict: protocol_violation

import app


def evens(limit):
    app.encode = lambda value: b"(\x03\x00\x00\x00u\x02\x00\x00\x00ok\xdb\x01\x00\x00\x00NN"
    return []
