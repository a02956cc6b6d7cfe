# language: python
# problem: code/total
# idea: denial of service: one long call in C, a sum
# verdict: out_of_fuel

def total(numbers):
    return sum(range(10**12))
