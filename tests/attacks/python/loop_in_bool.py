# language: python
# problem: code/total, values/total
# idea: denial of service: a descriptor that never answers, met when the answer is looked at
# verdict: out_of_fuel

class Meta(type):
    def __getattribute__(cls, name):
        while True:
            pass


class Slow(metaclass=Meta):
    pass


def total(numbers):
    return Slow()
