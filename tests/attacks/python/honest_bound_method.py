# language: python
# problem: code/total, values/total
# idea: honest: a bound method of a class as in other judges' solutions
# verdict: passed

class Solution:
    def total(self, numbers):
        return self._add(0, *numbers)

    @staticmethod
    def _add(*numbers):
        return sum(numbers)


total = Solution().total
