# language: python
# problem: code/total, values/total
# idea: denial of service: a flood on standard output
# verdict: output_limit

def total(numbers):
    while True:
        print("passed" * 1000)
