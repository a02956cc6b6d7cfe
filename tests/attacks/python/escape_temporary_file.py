# language: python
# problem: code/total, values/total
# idea: escape: a temporary file
# verdict: runtime_error

import tempfile


def total(numbers):
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
    raise FileNotFoundError(file.name)
