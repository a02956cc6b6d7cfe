# language: python
# problem: code/total, values/total
# idea: values on the wire: bytearrays, memoryviews and arrays, which marshal writes as bytes
# verdict: wrong_answer

import array


def total(numbers):
    return array.array("l", [sum(numbers)])
