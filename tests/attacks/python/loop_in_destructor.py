# language: python
# problem: code/total, values/total
# idea: denial of service: a destructor that never returns
# verdict: out_of_fuel

class Sticky:
    def __del__(self):
        while True:
            pass


def total(numbers):
    Sticky()
    return -1
