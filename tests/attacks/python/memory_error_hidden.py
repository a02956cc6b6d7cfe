# language: python
# problem: code/total
# idea: denial of service: a refused block, then a plain wrong answer
# verdict: wrong_answer

def total(numbers):
    try:
        bytearray(2**31 - 100)
    except MemoryError:
        pass
    return -1
