# language: python
# problem: code/evens, values/evens
# idea: values on the wire: an answer of a hundred thousand empty lists
# verdict: wrong_answer

def evens(limit):
    return [[] for _ in range(100_000)]
