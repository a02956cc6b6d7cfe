# language: python
# problem: code/total, values/total
# idea: honest: a main guard with input behind it
# verdict: passed

def total(numbers):
    return sum(numbers)


def main():
    print(total([int(word) for word in input().split()]))


if __name__ == "__main__":
    main()
