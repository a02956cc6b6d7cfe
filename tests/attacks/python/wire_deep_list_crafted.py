# language: python
# problem: code/depth, values/evens
# idea: values on the wire: nesting far beyond what Python's own writer allows, written by hand
# verdict: protocol_violation

import app


def depth(nested):
    app.encode = lambda value: b"[\x01\x00\x00\x00" * 500_000 + b"N"
    return 0


evens = depth
