# problem: code/total, values/total
# idea: no program at all: it does not compile

def total(numbers)
    return sum(numbers)
