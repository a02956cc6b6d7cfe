# language: python
# problem: code/total, values/total
# idea: honest: an object with __call__ under the function's name
# verdict: passed

class Total:
    def __call__(self, numbers):
        return sum(numbers)


total = Total()
