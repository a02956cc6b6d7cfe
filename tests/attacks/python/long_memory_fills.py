# language: python
# problem: code/total
# idea: denial of service: zeroed memory taken and given back without end
# verdict: out_of_fuel

def total(numbers):
    while True:
        bytes(250 << 20)
