# language: python
# problem: code/depth
# idea: honest: an argument nested more than a hundred deep
# verdict: passed

def depth(nested):
    level, layer = 0, [nested]
    while True:
        layer = [item for item in layer if isinstance(item, list)]
        if not layer:
            return level
        level += 1
        layer = [item for inner in layer for item in inner]
