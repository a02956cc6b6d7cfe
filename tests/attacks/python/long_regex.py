# language: python
# problem: code/shout, values/shout
# idea: denial of service: a regular expression that backtracks without end
# verdict: out_of_fuel

import re


def shout(text):
    return re.match(r"(a+)+$", "a" * 60 + "!") or "?"
