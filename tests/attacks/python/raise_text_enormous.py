# language: python
# problem: code/total, values/total
# idea: lying exceptions: an exception with a hundred megabytes of text
# verdict: runtime_error

def total(numbers):
    raise ValueError("x" * 100_000_000)
