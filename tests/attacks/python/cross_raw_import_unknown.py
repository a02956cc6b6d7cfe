# language: python
# problem: code/total, values/total
# idea: forging the protocol: an import that does not exist
# verdict: runtime_error

import componentize_py_runtime


def total(numbers):
    return componentize_py_runtime.call_import(10_000, [])
