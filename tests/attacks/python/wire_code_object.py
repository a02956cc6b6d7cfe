# language: python
# problem: code/total, values/total
# idea: values on the wire: a code object inside a plain answer
# verdict: protocol_violation

def total(numbers):
    return [total.__code__]
