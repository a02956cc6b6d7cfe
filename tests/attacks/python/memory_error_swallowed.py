# language: python
# problem: code/total
# idea: denial of service: memory taken until none is left, the errors swallowed, again and again
# verdict: out_of_fuel
# native: skip

def total(numbers):
    kept = []
    size = 100 << 20
    while True:
        try:
            kept.append(bytearray(size))
        except MemoryError:
            size = max(size // 2, 1 << 16)
