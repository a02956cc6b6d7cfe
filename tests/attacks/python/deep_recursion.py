# language: python
# problem: code/total, values/total
# idea: denial of service: recursion without end
# verdict: runtime_error

def total(numbers):
    return total(numbers)
