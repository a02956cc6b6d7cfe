# language: python
# problem: code/total, values/total
# idea: denial of service: one long call in C, a power
# verdict: out_of_fuel

def total(numbers):
    return 10**10**8
