# problem: code/total, values/total
# idea: values on the wire: a list that contains itself

def total(numbers):
    found = [sum(numbers)]
    found.append(found)
    return found
