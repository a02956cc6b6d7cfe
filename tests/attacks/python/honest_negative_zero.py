# language: python
# problem: code/extremes, values/extremes
# idea: honest: NaN, infinities and the negative zero
# verdict: passed

import math


def extremes(values):
    low, high = math.inf, -math.inf
    seen = False
    for value in values:
        if not math.isnan(value):
            seen = True
            low = value if value <= low else low
            high = value if value >= high else high
    return (low, high) if seen else (math.nan, math.nan)
