# language: python
# problem: code/total, values/total
# idea: honest: context managers, redirected output and suppressed errors
# verdict: passed

import contextlib
import io


def total(numbers):
    buffer = io.StringIO()
    with contextlib.redirect_stdout(buffer), contextlib.suppress(ZeroDivisionError):
        print(sum(numbers))
        1 / 0
    return int(buffer.getvalue())
