# language: python
# problem: code/total, values/total
# idea: values on the wire: an integer with a digit beyond its base
# verdict: protocol_violation

import app


def total(numbers):
    app.encode = lambda value: b"(\x03\x00\x00\x00u\x02\x00\x00\x00okl\x01\x00\x00\x00\xff\xffN"
    return 0
