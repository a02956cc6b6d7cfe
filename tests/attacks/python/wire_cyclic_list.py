# language: python
# problem: code/evens, values/evens
# idea: values on the wire: a list that contains itself
# verdict: protocol_violation

def evens(limit):
    answer = [0, 2]
    answer.append(answer)
    return answer
