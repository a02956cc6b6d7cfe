# language: python
# problem: code/drop_negatives
# idea: state and surroundings: arguments kept and changed at the next call
# verdict: wrong_answer

kept = []


def drop_negatives(numbers):
    kept.append(numbers)
    for earlier in kept[:-1]:
        earlier[:] = [number for number in earlier if number >= 0]
