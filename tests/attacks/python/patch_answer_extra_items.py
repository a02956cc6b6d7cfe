# language: python
# problem: code/total, values/total
# idea: forging the protocol: a reply with more items than it may have
# verdict: protocol_violation

import app
import marshal

app.answer = lambda value, mutated: marshal.dumps(("ok", 0, None, "passed", True), 2)


def total(numbers):
    return 0
