# language: python
# problem: code/total, values/total
# idea: forging the comparison: floats, which are as good as integers until the integers are large
# verdict: wrong_answer

def total(numbers):
    answer = 0.0
    for number in numbers:
        answer += number
    return answer
