# language: python
# problem: code/total
# idea: denial of service: recursion whose every level catches the error and goes on
# verdict: out_of_fuel

def total(numbers):
    try:
        total(numbers)
    finally:
        total(numbers)
