# language: python
# problem: code/shout, values/shout
# idea: values on the wire: text that is not UTF-8
# verdict: protocol_violation

import app


def shout(text):
    app.encode = lambda value: b"(\x03\x00\x00\x00u\x02\x00\x00\x00oku\x02\x00\x00\x00\xff\xfeN"
    return ""
