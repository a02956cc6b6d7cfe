# language: python
# problem: code/total
# idea: denial of service: memory by one huge list
# verdict: out_of_memory

def total(numbers):
    return len([0] * 400_000_000) and -1
