# language: python
# problem: code/total, values/total
# idea: denial of service: a flood while the program is loaded
# verdict: output_limit

while True:
    print("x" * 10_000)
