# language: python
# problem: code/evens, values/evens
# idea: values on the wire: a small graph that is a tree of two to the thirtieth leaves
# verdict: out_of_fuel

def evens(limit):
    answer = [0]
    for _ in range(30):
        answer = [answer, answer]
    return answer
