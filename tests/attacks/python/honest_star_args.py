# language: python
# problem: code/climb
# idea: honest: star-args and keyword arguments passed on
# verdict: passed

def climb(*args, **kwargs):
    return count(*args, **{"sizes": (1, 2), **kwargs}) if len(args) == 1 else count(*args)


def count(steps, /, sizes):
    if steps == 0:
        return 1
    ways = {0: 1}
    for step in range(1, steps + 1):
        ways[step] = sum(ways.get(step - size, 0) for size in sizes)
    return ways[steps]
