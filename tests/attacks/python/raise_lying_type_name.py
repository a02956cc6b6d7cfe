# language: python
# problem: code/total, values/total
# idea: lying exceptions: a type whose name is of control characters and surrogates
# verdict: runtime_error

Odd = type("passed\n\x1b[2J\ud800", (Exception,), {})


def total(numbers):
    raise Odd("x")
