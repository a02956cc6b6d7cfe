# language: python
# problem: code/total, values/total
# idea: honest: a lambda under the function's name
# verdict: passed

total = lambda numbers: sum(numbers) if numbers else 0
