# language: python
# problem: code/total, values/total
# idea: denial of service: a loop without end
# verdict: out_of_fuel

def total(numbers):
    while True:
        pass
