"""Measures rewardsmith beside `node FILE`, a process for each program, on HumanEval-X in JavaScript.

The candidates are copies of the references, told apart by a comment, and both run them in as many
workers, in alternation. Node's side has no limits and no isolation, and judges by the exit code and by
what `console.assert` prints.

    python3 tests/compare/node_speed.py target/release/rewardsmith humaneval_x_js.jsonl.gz
"""

import argparse
import statistics
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import evaluators


def by_node(programs, folder, jobs):
    """Lets node run each program; whether each passed, and what it took."""
    paths = []
    for number, program in enumerate(programs):
        path = Path(folder) / f"{number}.js"
        path.write_text(program, encoding="utf-8")
        paths.append(path)

    def passes(path):
        done = subprocess.run(["node", path], capture_output=True, text=True)
        return done.returncode == 0 and "Assertion failed" not in done.stderr

    with evaluators.Taken() as taken, ThreadPoolExecutor(jobs) as pool:
        passed = list(pool.map(passes, paths))
    return passed, taken


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the built command")
    parser.add_argument("problems", type=Path, help="HumanEval-X in JavaScript")
    parser.add_argument("--copies", type=int, default=4, help="candidates a problem [4]")
    parser.add_argument("--rounds", type=int, default=3, help="how often both are measured [3]")
    parser.add_argument("--jobs", type=int, default=2, help="workers of both [2]")
    arguments = parser.parse_args()
    problems = evaluators.read_problems(arguments.problems)
    samples, programs = [], []
    for copy in range(arguments.copies):
        for task, problem in problems.items():
            generation = f"{problem['canonical_solution']}\n// copy {copy}\n"
            samples.append({"task_id": task, "generation": generation})
            programs.append(f"{problem['prompt']}{generation}\n{problem['test']}")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    print(f"{len(samples)} candidates, node {version.stdout.strip()}; {evaluators.load()}")
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.jsonl"
        evaluators.write_samples(path, samples)
        for number in range(1, arguments.rounds + 1):
            ours, our = evaluators.by_rewardsmith(
                arguments.binary.resolve(), arguments.problems, path, arguments.jobs
            )
            passed, their = by_node(programs, folder, arguments.jobs)
            ratios.append(their.wall_s / our.wall_s)
            print(f"round {number}; {evaluators.load()}")
            evaluators.show("rewardsmith", len(samples), our)
            evaluators.show("node", len(samples), their)
            print(f"  ratio {ratios[-1]:.1f}, of processor time {their.cpu_s / our.cpu_s:.1f}")
            print(f"  passed {sum(row['passed'] for row in ours)} and {sum(passed)}", flush=True)
    print(f"median ratio {statistics.median(ratios):.1f} (from {min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
