"""Check by hand that the evaluator of the micro problems answers as Python does.

    cargo run --release -p problems --example micro_answers -- 3000 1 > /tmp/micro.jsonl
    python3 problems/src/micro/check_against_python.py /tmp/micro.jsonl

The programs are the generator's own, so they run here without a sandbox. An answer of null means
that the evaluator gives none: Python must raise too, or its answer must be one that the generator
does not take (too long, not JSON, beyond 64 bits).
"""

import copy
import json
import resource
import sys

LARGEST = 60


def size(value):
    """Count scalars and characters as the generator does."""
    if isinstance(value, str):
        return 1 + len(value)
    if isinstance(value, (list, tuple, set)):
        return 1 + sum(size(item) for item in value)
    if isinstance(value, dict):
        return 1 + sum(size(key) + size(item) for key, item in value.items())
    return 1


def is_plain(value):
    """Whether the value is one that a case may have."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return True
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, list):
        return all(is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(k, str) and is_plain(v) for k, v in value.items())
    return False


def is_same(ours, theirs):
    """Equal in type and value; dictionaries also in order."""
    return json.dumps(ours) == json.dumps(theirs)


def main():
    # A program that the evaluator gave up on may be one that fills the memory.
    resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
    problems = programs = calls = raised = given_up = 0
    wrong = []
    with open(sys.argv[1], encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            problems += 1
            for body, answers in zip(row["bodies"], row["answers"], strict=True):
                programs += 1
                scope = {}
                exec(row["prompt"] + body, scope)
                for args, ours in zip(row["cases"], answers, strict=True):
                    calls += 1
                    try:
                        theirs = scope["f"](*copy.deepcopy(args))
                    except Exception:
                        raised += 1
                        if ours is not None:
                            wrong.append((row["id"], body, args, ours, "raised"))
                        continue
                    if not is_plain(theirs) or size(theirs) > LARGEST:
                        given_up += ours is None
                        if ours is not None:
                            wrong.append((row["id"], body, args, ours, theirs))
                    elif not is_same(ours, theirs):
                        wrong.append((row["id"], body, args, ours, theirs))
    print(f"{problems} problems, {programs} programs, {calls} calls: {len(wrong)} disagree;")
    print(f"{raised} raised in both, {given_up} had answers that no case may have")
    for difference in wrong[:20]:
        print(*difference, sep="\n  ")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
