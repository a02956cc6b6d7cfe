# language: python
# problem: code/total, values/total
# idea: honest: exceptions raised and caught on the way, StopIteration among them
# verdict: passed

def total(numbers):
    iterator = iter(numbers)
    answer = 0
    while True:
        try:
            answer += next(iterator)
        except StopIteration:
            break
        finally:
            answer += 0
    try:
        raise SystemExit(0)
    except SystemExit:
        return answer
