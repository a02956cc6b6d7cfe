# language: python
# problem: code/depth
# idea: honest: match statements, walrus and exception groups
# verdict: passed

def depth(nested):
    match nested:
        case []:
            return 1
        case [*items] if (deepest := max(depth(item) for item in items)) >= 0:
            return deepest + 1
        case int() | float():
            return 0
    try:
        raise ExceptionGroup("none", [TypeError(nested)])
    except* TypeError:
        pass
