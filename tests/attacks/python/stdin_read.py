# language: python
# problem: code/total, values/total
# idea: state and surroundings: a read from standard input, which never brings anything
# verdict: runtime_error

def total(numbers):
    return int(input())
