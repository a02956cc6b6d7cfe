# language: python
# problem: code/total, values/total
# idea: state and surroundings: output that is not text
# verdict: wrong_answer

import os
import sys


def total(numbers):
    os.write(1, bytes(range(256)))
    print("\x00\x1b[2J\ufffe")
    sys.stdout.buffer.write(b"\xff\xfe")
    return -1
