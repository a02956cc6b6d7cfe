# language: python
# problem: code/tally, values/tally
# idea: honest: sets, frozensets and tuples as keys on the way
# verdict: passed

def tally(words):
    groups = {}
    for word in set(words):
        groups[frozenset({(word, None)})] = [w for w in words if w == word]
    return {word: len(group) for key, group in groups.items() for word, _ in key}
