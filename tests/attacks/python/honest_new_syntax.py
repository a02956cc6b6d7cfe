# language: python
# problem: code/tally, values/tally
# idea: honest: type parameters, type statements and nested quotes of the newest Python
# verdict: passed
# native: skip (Python 3.12 or newer)

import sys

type Counts[W] = dict[W, int]


def tally[W: str](words: list[W]) -> Counts[W]:
    counts: Counts[W] = {}
    for word in words:
        print(f"{f"{word!r}"}", file=sys.stderr)
        counts[word] = counts.get(word, 0) + 1
    return counts
