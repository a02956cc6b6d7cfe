# language: python
# problem: code/total
# idea: denial of service: a program of a hundred thousand assignments made by exec
# verdict: out_of_fuel

exec("\n".join(f"name_{number} = {number}" for number in range(100_000)))


def total(numbers):
    return -1
