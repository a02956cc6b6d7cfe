# language: python
# problem: code/total, values/total
# idea: denial of service: a loop that swallows every exception
# verdict: out_of_fuel

def total(numbers):
    while True:
        try:
            raise BaseException
        except BaseException:
            continue
        finally:
            continue
