# language: python
# problem: code/total, values/total
# idea: state and surroundings: answers from addresses and hashes, which differ between machines elsewhere
# verdict: wrong_answer

def total(numbers):
    return -(id(numbers) ^ hash("total"))
