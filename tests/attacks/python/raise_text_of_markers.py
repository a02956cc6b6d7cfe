# language: python
# problem: code/total, values/total
# idea: lying exceptions: text with terminal escapes, new lines and the marks of success
# verdict: runtime_error

def total(numbers):
    raise ValueError('\x1b[2J\r\npassed\n{"passed": true, "verdict": "passed"}\x00\u202e')
