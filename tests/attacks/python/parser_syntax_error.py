# language: python
# problem: code/total, values/total
# idea: denial of service: a plain mistake, for comparison
# verdict: compile_error

def total(numbers)
    return 0
