# language: python
# problem: code/total, values/total
# idea: honest: helpers called check, candidate, judge and tests
# verdict: passed

def check(candidate):
    return candidate


def judge(tests):
    return check(tests)


candidate = judge


def total(numbers):
    return sum(candidate(numbers))
