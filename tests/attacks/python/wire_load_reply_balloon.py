# language: python
# problem: code/total, values/total
# idea: values on the wire: a reply to loading, which nobody looks at, that takes gigabytes once it is parsed
# verdict: output_limit

import app
import struct

COUNT = 40_000_000
original = app.encode


def once(value):
    app.encode = original
    return b"(\x03\x00\x00\x00u\x02\x00\x00\x00ok[" + struct.pack("<i", COUNT) + b"N" * COUNT + b"N"


app.encode = once


def total(numbers):
    return -1
