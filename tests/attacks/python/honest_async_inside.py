# language: python
# problem: code/total, values/total
# idea: honest: a coroutine driven to its end inside the function
# verdict: passed

async def add(numbers):
    answer = 0
    for number in numbers:
        answer += number
    return answer


def total(numbers):
    coroutine = add(numbers)
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
