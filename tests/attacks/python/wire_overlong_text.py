# language: python
# problem: code/shout, values/shout
# idea: values on the wire: text with an overlong form, which strict and lax readers read differently
# verdict: protocol_violation

import app


def shout(text):
    app.encode = lambda value: b"(\x03\x00\x00\x00u\x02\x00\x00\x00oku\x02\x00\x00\x00\xc0\x80N"
    return ""
