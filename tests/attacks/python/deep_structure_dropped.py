# language: python
# problem: code/total
# idea: denial of service: a structure three hundred thousand deep, dropped at once, which overruns the guest's stack
# verdict: runtime_error

def total(numbers):
    chain = None
    for _ in range(300_000):
        chain = (chain,)
    del chain
    return -1
