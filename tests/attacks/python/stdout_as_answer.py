# language: python
# problem: code/total, values/total
# idea: state and surroundings: the answer printed and not returned
# verdict: wrong_answer

def total(numbers):
    print(sum(numbers))
