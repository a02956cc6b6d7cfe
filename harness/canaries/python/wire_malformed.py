# problem: code/total, values/total
# idea: values on the wire: a reply that is no value, enormous and cut short

import sys

app = sys.modules["app"]
app.answer = lambda value, mutated: b"[\xff\xff\xff\x7f" + b"N" * 1000


def total(numbers):
    return sum(numbers)
