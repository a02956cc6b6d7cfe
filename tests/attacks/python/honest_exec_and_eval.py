# language: python
# problem: code/total, values/total
# idea: honest: code made by exec and eval
# verdict: passed

exec("def add(numbers):\n    return eval('+'.join(f'({n})' for n in numbers) or '0')")


def total(numbers):
    return add(numbers)
