# language: python
# problem: code/evens, values/evens
# idea: honest: closures that share what they count
# verdict: passed

def make():
    made = []

    def evens(limit):
        nonlocal made
        made = []

        def add(number):
            made.append(number)

        for number in range(limit):
            number % 2 or add(number)
        return made

    return evens


evens = make()
