# language: python
# problem: code/total, values/total
# idea: denial of service: a coding line that names a codec of bytes
# verdict: compile_error, wrong_answer

# -*- coding: rot13 -*-
def total(numbers):
    return -1
