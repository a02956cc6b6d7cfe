# language: python
# problem: code/total, values/total
# idea: denial of service: constants that a compiler might fold into gigabytes
# verdict: out_of_memory, runtime_error

def total(numbers):
    return len(("x" * 1000) * 1000 * 1000 * 4000) and -1
