# language: python
# problem: code/total
# idea: denial of service: one long call in C, a sort with a comparison that costs
# verdict: out_of_fuel

def total(numbers):
    texts = ["x" * 100_000 + str(i) for i in range(300)]
    while True:
        sorted(texts, key=lambda text: text[::-1])
