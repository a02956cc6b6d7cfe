# language: python
# problem: code/extremes, values/extremes
# idea: honest: a named tuple where a tuple is asked for
# verdict: passed

from collections import namedtuple

Extremes = namedtuple("Extremes", ["low", "high"])


def extremes(values):
    kept = [value for value in values if value == value] or [float("nan")]
    return Extremes(low=min(kept), high=max(kept))
