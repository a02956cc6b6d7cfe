# language: python
# problem: code/total
# idea: denial of service: one long call in C, decimal text of a large integer
# verdict: out_of_fuel

import sys

sys.set_int_max_str_digits(0)


def total(numbers):
    return len(str(7 ** (2_000_000))) and -1
