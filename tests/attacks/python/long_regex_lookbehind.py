# language: python
# problem: code/shout
# idea: denial of service: a regular expression whose references backtrack
# verdict: out_of_fuel

import re


def shout(text):
    return re.search(r"(.*)(.*)(.*)(.*)(.*)\1\2\3\4\5x", "ab" * 400) or "?"
