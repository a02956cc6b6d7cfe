# language: python
# problem: code/total, values/total
# idea: lying exceptions: an exception that raises when it is printed
# verdict: runtime_error

class Mute(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


def total(numbers):
    raise Mute
