# language: python
# problem: code/total
# idea: denial of service: moves of whole memories, which are one instruction each
# verdict: out_of_fuel

def total(numbers):
    block = memoryview(bytearray(200 << 20))
    while True:
        block[: 100 << 20] = block[100 << 20 :]
