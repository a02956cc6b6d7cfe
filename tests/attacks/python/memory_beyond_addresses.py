# language: python
# problem: code/total
# idea: denial of service: memory by a block larger than any address
# verdict: out_of_memory

def total(numbers):
    return len(bytearray(2**31 - 100)) and -1
