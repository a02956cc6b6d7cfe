# language: python
# problem: code/total, values/total
# idea: forging the protocol: an exception with a megabyte of text
# verdict: protocol_violation

import app
import marshal

app.raised = lambda error: marshal.dumps(("raised", ["OSError"], "x" * 1_000_000, 1), 2)


def total(numbers):
    raise OSError
