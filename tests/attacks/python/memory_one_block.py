# language: python
# problem: code/total, values/total
# idea: denial of service: memory by one huge block
# verdict: out_of_memory

def total(numbers):
    return len(bytearray(2**30)) and -1
