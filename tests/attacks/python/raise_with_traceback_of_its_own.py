# language: python
# problem: code/total, values/total
# idea: lying exceptions: a traceback property that never ends
# verdict: runtime_error

class Looped(Exception):
    pass


def total(numbers):
    error = Looped()
    try:
        raise error
    except Looped:
        error.__context__ = Looped()
        error.__context__.__context__ = error
    raise error from error
