# language: python
# problem: code/total, values/total
# idea: denial of service: a loop without end while the program is loaded
# verdict: out_of_fuel

while True:
    pass
