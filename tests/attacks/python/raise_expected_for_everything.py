# language: python
# problem: code/root
# idea: lying exceptions: the expected exception for every argument
# verdict: runtime_error

def root(number):
    raise ValueError("math domain error")
