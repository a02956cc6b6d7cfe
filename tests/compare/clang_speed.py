"""Measures rewardsmith beside a native clang++ -O1 that compiles each program with its tests and runs
it, on HumanEval-X in C++: with nothing compiled before, then new candidates whose tests were compiled
before, then with everything kept.

The candidates are the references, and both judge them in as many workers, in alternation. The native
side has no limits and no isolation, and judges by the exit code; it compiles once what rewardsmith
compiles as two modules, the candidate's and the tests'.

    python3 tests/compare/clang_speed.py target/release/rewardsmith humaneval_x_cpp.jsonl.gz
"""

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import evaluators


def cache_folder():
    """Where rewardsmith keeps its guests."""
    if named := os.environ.get("REWARDSMITH_CACHE"):
        return Path(named)
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "rewardsmith"


def forget():
    """Removes what was compiled for earlier candidates."""
    for programs in cache_folder().glob("cpp-*/programs"):
        shutil.rmtree(programs)


def by_clang(compiler, programs, folder, jobs):
    """Compiles and runs each program; whether each passed, and what it took."""

    def passes(number):
        source, binary = Path(folder) / f"{number}.cpp", Path(folder) / f"{number}"
        source.write_text(programs[number], encoding="utf-8")
        command = [compiler, "-O1", "-std=gnu++20", "-w", source, "-o", binary]
        if subprocess.run(command, capture_output=True).returncode != 0:
            return False
        return subprocess.run([binary], capture_output=True).returncode == 0

    with evaluators.Taken() as taken, ThreadPoolExecutor(jobs) as pool:
        passed = list(pool.map(passes, range(len(programs))))
    return passed, taken


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the built command")
    parser.add_argument("problems", type=Path, help="HumanEval-X in C++")
    parser.add_argument("--compiler", default="clang++-19", help="the native compiler [clang++-19]")
    parser.add_argument("--rounds", type=int, default=3, help="how often both are measured [3]")
    parser.add_argument("--jobs", type=int, default=2, help="workers of both [2]")
    arguments = parser.parse_args()
    problems = evaluators.read_problems(arguments.problems)
    programs = []
    for problem in problems.values():
        programs.append(f"{problem['prompt']}{problem['canonical_solution']}\n{problem['test']}")
    version = subprocess.run(
        [arguments.compiler, "--version"], capture_output=True, text=True, check=True
    )
    print(f"{len(programs)} candidates, {version.stdout.splitlines()[0]}; {evaluators.load()}")
    states = ["nothing kept", "tests kept", "all kept"]
    ratios = {state: [] for state in states}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.jsonl"

        def judged(comment):
            """Judges the references with a comment, which makes other programs of them."""
            samples = []
            for task, problem in problems.items():
                samples.append(
                    {"task_id": task, "generation": problem["canonical_solution"] + comment}
                )
            evaluators.write_samples(path, samples)
            return evaluators.by_rewardsmith(
                arguments.binary.resolve(), arguments.problems, path, arguments.jobs
            )

        # What is done once and not for each candidate: the guest is built and tested, and the fuel of
        # the references measured.
        evaluators.show("first time", len(programs), judged("\n")[1])
        for number in range(1, arguments.rounds + 1):
            print(f"round {number}; {evaluators.load()}")
            passed, their = by_clang(arguments.compiler, programs, folder, arguments.jobs)
            evaluators.show("clang++", len(programs), their)
            forget()
            for state in states:
                ours, our = judged("\n// again\n" if state == "tests kept" else "\n")
                ratios[state].append(our.wall_s / their.wall_s)
                evaluators.show(state, len(programs), our)
                print(
                    f"  {ratios[state][-1]:.2f} times clang++'s time, of processor time "
                    f"{our.cpu_s / their.cpu_s:.2f}; passed {sum(row['passed'] for row in ours)} "
                    f"and {sum(passed)}",
                    flush=True,
                )
    for state, found in ratios.items():
        median = statistics.median(found)
        print(f"{state}: median {median:.2f} (from {min(found):.2f} to {max(found):.2f})")


if __name__ == "__main__":
    main()
