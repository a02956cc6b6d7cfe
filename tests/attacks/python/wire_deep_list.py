# language: python
# problem: code/depth, values/evens
# idea: values on the wire: a list nested a hundred thousand deep
# verdict: protocol_violation

def depth(nested):
    answer = []
    for _ in range(100_000):
        answer = [answer]
    return answer


evens = depth
