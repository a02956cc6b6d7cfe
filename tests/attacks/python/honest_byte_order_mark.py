# language: python
# problem: code/total, values/total
# idea: honest: a byte order mark before the program
# verdict: passed


def total(numbers):
    return sum(numbers)
