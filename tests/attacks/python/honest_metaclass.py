# language: python
# problem: code/total, values/total
# idea: honest: metaclasses, descriptors and __init_subclass__ at work
# verdict: passed

class Registry(type):
    known = []

    def __new__(meta, name, bases, body, **keywords):
        made = super().__new__(meta, name, bases, body, **keywords)
        meta.known.append(made)
        return made


class Adder(metaclass=Registry):
    def __init_subclass__(cls, **keywords):
        cls.keywords = keywords

    @property
    def start(self):
        return 0

    def add(self, numbers):
        return sum(numbers, self.start)


class Better(Adder, why="to have one"):
    def __class_getitem__(cls, item):
        return cls


def total(numbers):
    return Registry.known[-1][int]().add(numbers)
