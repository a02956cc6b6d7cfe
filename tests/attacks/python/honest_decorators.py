# language: python
# problem: code/climb
# idea: honest: decorators, wraps and caches around the function itself
# verdict: passed

import functools


def counted(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


@counted
@functools.cache
def climb(steps, sizes=(1, 2)):
    row = [1] + [0] * steps
    for step in range(1, steps + 1):
        row[step] = sum(row[step - size] for size in sizes if step >= size)
    return row[steps]
