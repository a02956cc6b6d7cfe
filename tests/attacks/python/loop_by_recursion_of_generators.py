# language: python
# problem: code/total, values/total
# idea: denial of service: generators that wake each other without end
# verdict: out_of_fuel

def total(numbers):
    def ping():
        while True:
            yield

    for _ in ping():
        pass
