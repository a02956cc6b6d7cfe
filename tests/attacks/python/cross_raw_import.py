# language: python
# problem: code/total, values/total
# idea: forging the protocol: the runtime's import called by number
# verdict: protocol_violation

import componentize_py_runtime


def total(numbers):
    return componentize_py_runtime.call_import(0, ["total", b"N"])
