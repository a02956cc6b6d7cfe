# language: python
# problem: code/shout, values/shout
# idea: honest: printing surrogates, nulls and raw bytes
# verdict: passed

import sys


def shout(text):
    print(text, "\x00 \ud83d ü 漢")
    sys.stdout.buffer.write(b"\xff\x00")
    return text.upper() + "!"
