# language: python
# problem: code/tally, values/tally
# idea: values on the wire: a defaultdict whose items change between two readings
# verdict: wrong_answer, protocol_violation

from collections import defaultdict

reads = [0]


def items(self):
    reads[0] += 1
    return [("a", 2), ("b", 1)][: reads[0]]


defaultdict.items = items
defaultdict.keys = lambda self: ["a"]


def tally(words):
    answer = defaultdict(int)
    answer["z"] = reads[0]
    return answer
