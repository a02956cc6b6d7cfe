# language: python
# problem: code/evens, values/evens
# idea: values on the wire: an answer of ten million items
# verdict: output_limit

def evens(limit):
    return [0] * 10_000_000
