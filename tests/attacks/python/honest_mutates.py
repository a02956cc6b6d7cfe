# language: python
# problem: code/drop_negatives
# idea: honest: changing the argument because the task says so
# verdict: passed

def drop_negatives(numbers):
    index = 0
    while index < len(numbers):
        if numbers[index] < 0:
            del numbers[index]
        else:
            index += 1
