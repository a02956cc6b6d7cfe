# problem: code/total, values/total
# idea: state and surroundings: answers that depend on calls, clock and addresses

import random
import time

calls = []


def total(numbers):
    calls.append(numbers)
    return sum(numbers) + (id(calls) + time.time_ns() + random.getrandbits(8)) % 2 + len(calls)
