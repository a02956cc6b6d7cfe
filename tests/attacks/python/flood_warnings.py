# language: python
# problem: code/total, values/total
# idea: denial of service: a flood of warnings and log lines
# verdict: output_limit

import logging
import warnings

warnings.simplefilter("always")


def total(numbers):
    while True:
        warnings.warn("x" * 10_000)
        logging.error("x" * 10_000)
