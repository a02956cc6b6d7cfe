# language: python
# problem: code/total, values/total
# idea: honest: line ends of the other system
# verdict: passed


def total(numbers):
    answer = 0
    for number in numbers:
        answer += \
            number
    return answer
