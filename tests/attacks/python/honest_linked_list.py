# language: python
# problem: code/total, values/total
# idea: honest: a linked list of twenty thousand nodes, dropped at once
# verdict: passed

class Node:
    def __init__(self, value, rest):
        self.value = value
        self.rest = rest


def total(numbers):
    head = None
    for number in numbers + [0] * 20_000:
        head = Node(number, head)
    answer = 0
    while head:
        answer, head = answer + head.value, head.rest
    tail = None
    for _ in range(20_000):
        tail = Node(0, tail)
    return answer
