# language: python
# problem: code/drop_negatives
# idea: values on the wire: an argument grown beyond what may cross
# verdict: output_limit

def drop_negatives(numbers):
    numbers.extend([1.5] * 2_000_000)
