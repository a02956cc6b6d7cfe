# language: python
# problem: code/extremes, values/extremes
# idea: honest: a typing.NamedTuple with a method and a default
# verdict: passed

from typing import NamedTuple


class Extremes(NamedTuple):
    low: float
    high: float = 0.0

    def width(self) -> float:
        return self.high - self.low


def extremes(values: list[float]) -> Extremes:
    kept = sorted(value for value in values if value == value)
    return Extremes(kept[0], kept[-1]) if kept else Extremes(float("nan"), float("nan"))
