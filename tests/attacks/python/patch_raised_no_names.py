# language: python
# problem: code/total, values/total
# idea: forging the protocol: an exception without a type
# verdict: protocol_violation

import app
import marshal

app.raised = lambda error: marshal.dumps(("raised", [], "x", 1), 2)


def total(numbers):
    raise OSError
