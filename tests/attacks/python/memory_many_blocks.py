# language: python
# problem: code/total, values/total
# idea: denial of service: memory by many small blocks
# verdict: out_of_memory
# native: skip

def total(numbers):
    kept = []
    while True:
        kept.append(bytearray(100_000))
