# language: python
# problem: code/drop_negatives
# idea: state and surroundings: arguments emptied, as if that were what is asked for
# verdict: wrong_answer

def drop_negatives(numbers):
    numbers.clear()
