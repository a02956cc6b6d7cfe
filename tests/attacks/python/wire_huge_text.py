# language: python
# problem: code/shout, values/shout
# idea: values on the wire: an answer of a hundred megabytes
# verdict: output_limit

def shout(text):
    return "HEY!" * 25_000_000
