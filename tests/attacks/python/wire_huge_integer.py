# language: python
# problem: code/total, values/total
# idea: values on the wire: an integer of a hundred million bits
# verdict: output_limit

def total(numbers):
    return 1 << 100_000_000
