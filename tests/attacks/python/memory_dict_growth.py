# language: python
# problem: code/total
# idea: denial of service: memory by a dict of numbers
# verdict: out_of_fuel
# native: skip

def total(numbers):
    return len({number: None for number in range(10**10)}) and -1
