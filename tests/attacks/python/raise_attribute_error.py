# language: python
# problem: code/tally, values/tally
# idea: lying exceptions: an AttributeError, which hasattr swallows
# verdict: runtime_error

def tally(words):
    raise AttributeError("tally")
