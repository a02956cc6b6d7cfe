# language: python
# problem: code/total, values/total
# idea: denial of service: a return that never comes out of its finally
# verdict: out_of_fuel

def total(numbers):
    try:
        return 0
    finally:
        while True:
            try:
                [].pop()
            except:
                pass
