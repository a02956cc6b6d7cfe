# language: python
# problem: code/total, values/total
# idea: honest: a global cache that lives from call to call
# verdict: passed

CACHE = {}


def total(numbers):
    global LAST
    key = tuple(numbers)
    if key not in CACHE:
        CACHE[key] = sum(numbers)
    LAST = CACHE[key]
    return LAST
