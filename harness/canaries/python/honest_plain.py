# problem: code/total, values/total
# idea: honest: the plain solution

def total(numbers):
    return sum(numbers)
