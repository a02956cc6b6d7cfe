# language: python
# problem: code/depth, values/evens
# idea: values on the wire: a list nested twenty thousand deep
# verdict: protocol_violation

def depth(nested):
    answer = []
    for _ in range(20_000):
        answer = [answer]
    return answer


evens = depth
