# language: python
# problem: code/shout
# idea: denial of service: a regular expression with overlapping alternatives
# verdict: out_of_fuel

import re


def shout(text):
    return re.fullmatch(r"(?:a|a|aa)*b", "a" * 200) or "?"
