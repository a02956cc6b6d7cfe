# language: python
# problem: code/total
# idea: denial of service: a million parentheses given to eval
# verdict: runtime_error

def total(numbers):
    return eval("(" * 1_000_000 + ")" * 1_000_000)
