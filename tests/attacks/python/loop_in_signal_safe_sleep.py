# language: python
# problem: code/total, values/total
# idea: denial of service: endless waits by asyncio
# verdict: out_of_fuel

import asyncio


async def wait():
    while True:
        await asyncio.sleep(3600)


def total(numbers):
    return asyncio.run(wait())
