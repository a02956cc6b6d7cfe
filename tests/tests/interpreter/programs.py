"""Writes a program drawn at random, which prints what its functions come to.

    python3 programs.py SEED FUNCTIONS

The functions loop, count, compare, index, call each other, recurse and raise; each is called often, with
operands of the types that it was specialised for and with others. Every version of CPython from 3.11 on
must print the same, so an interpreter can be held against another.
"""

import random
import sys

# Each call ends: so many steps of its loops are left to a function and those that it calls.
PRELUDE = """\
import sys

class Enough(Exception):
    pass

class Point:
    def __init__(self, x, y=2):
        self.x, self.y = x, y

    def moved(self, by, *, twice=False):
        for _ in range(2 if twice else 1):
            self.x += by
        return self

    def __repr__(self):
        return f"Point of {shown(self.x)}"

    def size(self):
        size = 0
        for part in (self.x, self.y):
            size += part if part > 0 else -part
        return size

def step(left):
    left[0] -= 1
    if left[0] < 0:
        raise Enough

def shown(value):
    if isinstance(value, float):
        return format(value, ".12g")
    if isinstance(value, (list, tuple)):
        return "[" + " ".join(shown(it) for it in value[:8]) + f"]{len(value)}" + type(value).__name__[0]
    return str(value % 1000003) + type(value).__name__[0] if isinstance(value, int) else repr(value)

def report(name, function, *arguments):
    arguments = [list(it) if isinstance(it, list) else it for it in arguments]
    try:
        result = shown(function([STEPS], *arguments))
    except Exception as error:
        lines = []
        trace = error.__traceback__.tb_next
        while trace is not None:
            lines.append(trace.tb_lineno)
            trace = trace.tb_next
        result = f"{type(error).__name__} {lines[:3]} {lines[-1:]}"
    print(name, result, shown([it for it in arguments if isinstance(it, list)]))

STEPS = 400
KEPT = [10**20, -(10**6), 1.5, 300, -300, 2**30 - 1, 2**30, -(2**30), [4, 5, 6], "text", (1, 2, 3)]
"""

NUMBERS = ["0", "1", "2", "3", "7", "-1", "-5", "-6", "255", "256", "257", "1000", "-1000"]
LARGE = ["2**30 - 1", "2**30", "-(2**30)", "10**9", "10**20", "-(10**20)", "46341", "46340"]
OTHERS = ["True", "False", "None", "1.5", "-0.25", "float('nan')", "0.0"]
SEQUENCES = ["[]", "[a]", "(a, b)", "[a, [b], 'text']", "{}", "xs", "(a, None, 300)"]


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []
        self.functions = []

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, of):
        return self.random.random() < of

    def variable(self):
        return self.pick("a", "b", "c", "d", "e")

    def number(self):
        return self.pick(*NUMBERS, *NUMBERS, *LARGE)

    def operand(self, depth=0):
        kind = self.random.random()
        if depth < 2 and kind < 0.3:
            return f"({self.expression(depth + 1)})"
        if kind < 0.75:
            return self.variable()
        if kind < 0.95:
            return self.number()
        return self.pick(*OTHERS, "KEPT[0]", "KEPT[2]", "KEPT[3]", "KEPT[6]")

    def comparison(self, depth=0):
        operator = self.pick("<", "<=", "==", "!=", ">", ">=", "<", "==")
        kind = self.random.random()
        if kind < 0.15:
            division = f"{self.variable()} {self.pick('%', '//')} {self.operand(2)}"
            return f"{division} {operator} {self.pick('0', '1', '2', '255', self.variable())}"
        if kind < 0.75:
            return f"{self.operand(depth)} {operator} {self.operand(depth)}"
        if kind < 0.85:
            return f"{self.variable()} {self.pick('is', 'is not')} {self.pick('None', 'True', self.variable())}"
        if kind < 0.93:
            return f"not {self.operand(depth)}"
        return self.variable()

    def expression(self, depth=0):
        kind = self.random.random()
        if kind < 0.6:
            operator = self.pick("+", "-", "//", "%", "+", "-", "%", "&", "|", "^", "/")
            return f"{self.operand(depth)} {operator} {self.operand(depth)}"
        if kind < 0.65:
            # Products are kept from growing.
            modulus = self.pick("997", "2**31", "10**25")
            return f"({self.operand(depth)} * {self.operand(depth)}) % {modulus}"
        if kind < 0.7:
            return f"xs[{self.pick('a', 'b', 'i', '0', '1', '-1', 'a % 3')}]"
        if kind < 0.75:
            return f"KEPT[{self.random.randrange(8)}]"
        if kind < 0.82:
            return f"({self.comparison(depth + 1)})"
        if kind < 0.87:
            return f"({self.operand(1)} if {self.comparison(1)} else {self.operand(1)})"
        if kind < 0.9:
            return f"(lambda {self.variable()}: {self.operand(1)} + 1)({self.operand(1)})"
        if kind < 0.97 and self.functions:
            name, arguments = self.pick(*self.functions)
            given = "".join(f", {self.operand(2)}" for _ in range(arguments))
            return f"{name}(left, xs{given})"
        return self.operand(depth)

    def line(self, indent, text):
        self.lines.append("    " * indent + text)

    def block(self, indent, depth):
        for _ in range(self.random.randrange(1, 4)):
            self.statement(indent, depth)

    def statement(self, indent, depth):
        kind = self.random.random()
        if depth >= 3 or kind < 0.4:
            self.simple(indent)
        elif kind < 0.55:
            bounds = self.pick(
                "a", "5", "b, a", "2, 9", "a, b", "10, 0, -3", "0, 20, 7", "-300, 300, 100", "250, 262", "c % 7",
            )
            self.line(indent, f"for {self.pick('i', 'j', 'a', 'b')} in range({bounds}):")
            self.line(indent + 1, "step(left)")
            self.block(indent + 1, depth + 1)
        elif kind < 0.65:
            over = self.pick("xs", "(1, 2, 300)", "KEPT", "[a, b, c]", "'abc'", "s", "enumerate(xs)")
            target = self.pick("i", "a", "d") if over[0] in "x([" else "t"
            if "enumerate" in over:
                target = "i, b"
            self.line(indent, f"for {target} in {over}:")
            self.line(indent + 1, "step(left)")
            self.block(indent + 1, depth + 1)
        elif kind < 0.72:
            self.line(indent, f"while {self.comparison()}:")
            self.line(indent + 1, "step(left)")
            self.block(indent + 1, depth + 1)
            if self.chance(0.5):
                self.line(indent + 1, "break")
        elif kind < 0.92:
            self.line(indent, f"if {self.comparison()}:")
            self.block(indent + 1, depth + 1)
            if self.chance(0.5):
                self.line(indent, "else:")
                self.block(indent + 1, depth + 1)
        else:
            self.line(indent, "try:")
            self.block(indent + 1, depth + 1)
            self.line(indent, f"except {self.pick('TypeError', 'IndexError', 'ZeroDivisionError')}:")
            self.simple(indent + 1)

    def simple(self, indent):
        kind = self.random.random()
        target = self.variable()
        if kind < 0.45:
            self.line(indent, f"{target} = {self.expression()}")
        elif kind < 0.65:
            operator = self.pick("+=", "-=", "%=", "//=", "+=")
            self.line(indent, f"{target} {operator} {self.operand()}")
        elif kind < 0.75:
            self.line(indent, f"xs[{self.pick('a', '0', '1', '2', '-1', 'b % 4')}] = {self.expression()}")
        elif kind < 0.8:
            self.line(indent, f"a, b = {self.operand()}, {self.operand()}")
        elif kind < 0.84:
            self.line(indent, f"s = t = {self.pick(*SEQUENCES)}")
        elif kind < 0.9:
            self.line(indent, f"if not -(10**30) < {target} < 10**30: {target} = {self.number()}")
        elif kind < 0.93:
            self.line(indent, f"if {self.comparison()}: return {self.operand()}")
        elif kind < 0.96:
            self.line(indent, f"{target} = {self.pick(*OTHERS)}")
        else:
            self.line(indent, "xs.append(a)" if self.chance(0.5) else "xs = list(xs[:6])")

    def function(self, number):
        arguments = self.random.randrange(1, 4)
        names = "abc"[:arguments]
        name = f"f{number}"
        given = ", ".join(["left", "xs", *names])
        self.line(0, f"def {name}({given}):")
        for rest in "abcde"[arguments:]:
            self.line(1, f"{rest} = {self.pick(*NUMBERS, *OTHERS[:6])}")
        self.line(1, "i = j = 0")
        self.line(1, "s = t = [a]")
        self.line(1, "step(left)")
        if self.chance(0.2):
            # Variables that an inner function shares, and one that yields.
            self.line(1, "def shared():")
            self.line(2, f"nonlocal {names[0]}")
            self.line(2, f"{names[0]} = {self.expression(2)}")
            self.line(2, f"return {names[0]}")
            self.line(1, "s = [shared(), sum(k % 7 for k in range(9))]")
        if self.chance(0.2):
            # One that yields, and leaves in the middle of its loops.
            self.line(1, "def given(b):")
            self.line(2, f"for i in range({self.pick('b', '4', '1, 300, 90')}):")
            self.line(3, "step(left)")
            self.line(3, f"yield {self.expression(2)}")
            self.line(3, f"if {self.comparison(1)}: return")
            self.line(1, f"for {self.pick('d', 'i', 't')} in given({self.operand(2)}):")
            self.block(2, 1)
        if self.chance(0.2):
            # Itself, as deep as the steps go.
            self.line(1, f"if {self.comparison(1)}: return {name}({given}) + 1")
        if self.chance(0.2):
            self.line(1, f"s = Point({self.operand(1)}, {self.operand(1)})")
            self.line(1, f"{self.variable()} = s.moved({self.operand(2)}).size()")
        for _ in range(self.random.randrange(2, 6)):
            self.statement(1, 0)
        self.line(1, f"return {self.pick('a', 'b', 's', '(a, b, c, d)', '[a, b]', self.expression())}")
        self.functions.append((name, arguments))

    def program(self, functions):
        for number in range(functions):
            self.function(number)
        self.line(0, "before = [sys.getrefcount(it) for it in KEPT]")
        for name, arguments in self.functions:
            for _ in range(3):
                same = [self.pick(*NUMBERS) for _ in range(arguments)]
                listed = self.pick("[1, 2, 3]", "[300, -300, 5, 10**12]", "[1.5, 2, None]", "KEPT[:8]")
                # Often with the same, so that it is specialised; then with something else.
                self.line(0, f"for _ in range(12): report('{name}', {name}, {listed}, {', '.join(same)})")
                other = ", ".join(self.pick(*NUMBERS, *LARGE, *OTHERS) for _ in range(arguments))
                self.line(0, f"report('{name}', {name}, [4, 5, 6], {other})")
        self.line(0, "after = [sys.getrefcount(it) for it in KEPT]")
        self.line(0, "print([b - a for a, b in zip(before, after)])")
        return PRELUDE + "\n".join(self.lines) + "\n"


if __name__ == "__main__":
    seed, functions = map(int, sys.argv[1:])
    sys.stdout.write(Writer(seed).program(functions))
