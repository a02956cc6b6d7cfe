# language: python
# problem: code/total, values/total
# idea: forging the protocol: the guest's encode replaced by one that writes code objects
# verdict: protocol_violation

import app
import marshal

app.encode = lambda value: marshal.dumps(compile("0", "x", "eval"))


def total(numbers):
    return 0
