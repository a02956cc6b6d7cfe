# language: python
# problem: code/total, values/total
# idea: honest: a partial under the function's name
# verdict: passed

import functools
import operator

total = functools.partial(functools.reduce, operator.add)
total = functools.partial(lambda add, numbers: functools.reduce(add, numbers, 0), operator.add)
