# problem: code/total, values/total
# idea: honest: it raises and catches on its way

def total(numbers):
    found, waiting = 0, iter(numbers)
    while True:
        try:
            found += next(waiting)
        except StopIteration:
            return found
