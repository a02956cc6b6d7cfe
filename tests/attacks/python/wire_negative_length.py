# language: python
# problem: code/evens, values/evens
# idea: values on the wire: containers, texts and integers of negative length
# verdict: protocol_violation

import app


def evens(limit):
    app.encode = lambda value: b"(\x03\x00\x00\x00u\x02\x00\x00\x00ok[\xff\xff\xff\xffN"
    return []
