# language: python
# problem: code/total, values/total
# idea: lying exceptions: an exception whose text never ends
# verdict: out_of_fuel

class Endless(Exception):
    def __str__(self):
        while True:
            pass


def total(numbers):
    raise Endless
