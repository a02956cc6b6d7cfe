# language: python
# problem: code/total
# idea: denial of service: memory by decompression
# verdict: out_of_fuel

import gzip
import zlib


def total(numbers):
    packed = zlib.compress(bytes(50_000_000), 9)
    return len(b"".join(zlib.decompress(packed) for _ in range(40))) and -1
