# language: python
# problem: code/total, values/total
# idea: state and surroundings: an answer that depends on how often it was asked
# verdict: wrong_answer

calls = []


def total(numbers):
    calls.append(numbers)
    return 0 if len(calls) == 1 else len(calls)
