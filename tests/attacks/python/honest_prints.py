# language: python
# problem: code/total, values/total
# idea: honest: printing while solving
# verdict: passed

import sys


def total(numbers):
    answer = 0
    for number in numbers:
        answer += number
        print("so far", answer, sep=": ", flush=True)
    print("done", file=sys.stderr)
    return answer


print("loaded")
