# language: python
# problem: code/root
# idea: lying exceptions: a class that is only called ValueError, and wrong roots
# verdict: wrong_answer

class ValueError(Exception):
    pass


def root(number):
    if number < 0:
        raise ValueError
    return 2
