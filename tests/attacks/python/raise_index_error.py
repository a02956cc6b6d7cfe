# language: python
# problem: code/evens
# idea: lying exceptions: an IndexError, which ends the old protocol of iteration
# verdict: runtime_error

def evens(limit):
    raise IndexError
