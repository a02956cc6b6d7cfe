# language: python
# problem: code/total, values/total
# idea: denial of service: an endless wait by asyncio
# verdict: out_of_fuel, runtime_error

import asyncio


def total(numbers):
    return asyncio.run(asyncio.Event().wait())
