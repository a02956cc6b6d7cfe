# language: python
# problem: code/evens, values/evens
# idea: values on the wire: an answer of a million items
# verdict: output_limit

def evens(limit):
    return [0] * 1_000_000
