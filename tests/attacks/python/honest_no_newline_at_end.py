# language: python
# problem: code/total, values/total
# idea: honest: a last line without an end
# verdict: passed


def total(numbers):
    return sum(numbers)  # \