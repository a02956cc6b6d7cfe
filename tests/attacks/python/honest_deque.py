# language: python
# problem: code/evens, values/evens
# idea: honest: a deque where a list is asked for
# verdict: passed

from collections import deque


def evens(limit):
    answer = deque()
    for number in range(0, limit, 2):
        answer.append(number)
    return list(answer) if limit > 5 else answer
