# problem: code/total, values/total
# idea: denial of service: output without end

def total(numbers):
    while True:
        print("x" * 65536)
