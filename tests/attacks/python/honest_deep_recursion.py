# language: python
# problem: code/total, values/total
# idea: honest: recursion to a depth of nine hundred
# verdict: passed

def count_down(depth):
    return 0 if depth == 0 else 1 + count_down(depth - 1)


def total(numbers):
    assert count_down(900) == 900
    return sum(numbers)
