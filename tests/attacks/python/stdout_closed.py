# language: python
# problem: code/total, values/total
# idea: state and surroundings: standard output closed
# verdict: wrong_answer

import os
import sys

sys.stdout.close()
sys.stderr.close()
for descriptor in (0, 1, 2):
    try:
        os.close(descriptor)
    except OSError:
        pass


def total(numbers):
    return -1
