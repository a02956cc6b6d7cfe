# language: python
# problem: code/total, values/total
# idea: values on the wire: the reply to loading, which nobody looks at, of a hundred megabytes
# verdict: output_limit

import app
import struct

COUNT = 100_000_000
app.encode = lambda value: (
    b"(\x03\x00\x00\x00u\x02\x00\x00\x00ok[" + struct.pack("<i", COUNT) + b"N" * COUNT + b"N"
)


def total(numbers):
    return 0
