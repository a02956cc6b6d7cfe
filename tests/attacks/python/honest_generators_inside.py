# language: python
# problem: code/evens, values/evens
# idea: honest: generators, send, yield from and comprehensions on the way
# verdict: passed

def numbers_below(limit):
    step = yield
    number = 0
    while number < limit:
        step = (yield number) or step
        number += 1


def evens(limit):
    def both():
        source = numbers_below(limit)
        next(source)
        yield from source

    return [number for number in (n for n in both()) if not number & 1]
