# language: python
# problem: code/total, values/total
# idea: values on the wire: an integer that is as large as may cross
# verdict: wrong_answer

def total(numbers):
    return 1 << 30_000_000
