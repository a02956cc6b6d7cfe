# language: python
# problem: code/total, values/total
# idea: forging the protocol: an import called with too few parameters
# verdict: runtime_error

import componentize_py_runtime


def total(numbers):
    return componentize_py_runtime.call_import(0, [])
