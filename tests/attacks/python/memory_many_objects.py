# language: python
# problem: code/total
# idea: denial of service: memory by many small objects
# verdict: out_of_fuel
# native: skip

def total(numbers):
    kept = None
    while True:
        kept = [kept, kept]
