# language: python
# problem: code/total, values/total
# idea: honest: asyncio.run with a gather inside
# verdict: passed

import asyncio


async def one(number):
    await asyncio.sleep(0)
    return number


async def add(numbers):
    return sum(await asyncio.gather(*(one(number) for number in numbers)))


def total(numbers):
    return asyncio.run(add(numbers))
