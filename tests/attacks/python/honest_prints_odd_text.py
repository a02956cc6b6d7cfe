# language: python
# problem: code/shout, values/shout
# idea: honest: printing nulls, noncharacters and raw bytes
# verdict: passed

import sys


def shout(text):
    print(ascii(text), "\x00 \ufffe ü 漢 🙂")
    sys.stdout.buffer.write(b"\xff\x00")
    return text.upper() + "!"
