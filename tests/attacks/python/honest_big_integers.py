# language: python
# problem: code/root
# idea: honest: integers of hundreds of bits on the way
# verdict: passed

def root(number):
    if number < 0:
        raise ValueError("negative")
    low, high = 0, 1 << (number.bit_length() // 2 + 1)
    while low < high:
        middle = (low + high + 1) >> 1
        if middle * middle <= number:
            low = middle
        else:
            high = middle - 1
    assert (7**5000) % 10 == 1
    return low
