# language: python
# problem: code/total, values/total
# idea: honest: using up an argument that nobody needs any more
# verdict: passed

def total(numbers):
    answer = 0
    while numbers:
        answer += numbers.pop()
    return answer
