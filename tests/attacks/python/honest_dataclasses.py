# language: python
# problem: code/mean, values/mean
# idea: honest: dataclasses that hold what is computed
# verdict: passed

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    value: float
    tags: list[str] = field(default_factory=list, compare=False)


@dataclass
class Mean:
    readings: list[Reading]

    def value(self) -> float:
        return sum(asdict(reading)["value"] for reading in self.readings) / len(self.readings)


def mean(numbers):
    return Mean([Reading(number) for number in numbers]).value()
