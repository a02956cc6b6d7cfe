# language: python
# problem: code/total
# idea: denial of service: constants that a compiler might fold into gigabytes
# verdict: out_of_memory

def total(numbers):
    return len(("x" * 1000) * 1000 * 1000 * 4000) and -1
