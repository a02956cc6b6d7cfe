# language: python
# problem: code/evens, values/evens
# idea: honest: tabs for indentation and form feeds between functions
# verdict: passed


def evens(limit):
	answer = []
	for number in range(limit):
		if number % 2 == 0:
			answer.append(number)
	return answer


def unused():
	pass
