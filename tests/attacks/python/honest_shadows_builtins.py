# language: python
# problem: code/total, values/total
# idea: honest: names of builtins used for its own things
# verdict: passed

def sum(list):
    input = 0
    for id in list:
        input += id
    return input


def total(numbers):
    type = sum
    return type(numbers)
