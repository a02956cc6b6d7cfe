"""Measures rewardsmith beside EvalPlus' own evaluator on its problems with all inputs, in alternation.

The candidates are the references. Each side has run once before, unmeasured: EvalPlus then knows the
expected outputs, and rewardsmith the budgets. The third figure is rewardsmith with the base inputs
alone (in EvalPlus' terms), which says what the others cost. `--every 8` takes each eighth problem.

    python3 tests/compare/evalplus_speed.py target/release/rewardsmith HumanEvalPlus_2023.jsonl.gz
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import evaluators

# EvalPlus itself, and of what it asks for only what its evaluator imports: the rest is for sampling.
PACKAGE = "evalplus==0.3.1"
NEEDED = "appdirs multipledispatch numpy psutil tempdir termcolor tqdm wget".split()

# Its evaluator imports a sampler and a downloader that it does not use here; both would bring
# gigabytes, so names without anything behind them stand in. A thread of it sleeps 20 s to see whether
# anything moves, and the process waits for that at its end; without it, its work is what is measured.
EVALUATE = """
import sys, types
for name, function in (("datasets", "load_dataset"), ("evalplus.codegen", "run_codegen")):
    sys.modules[name] = types.ModuleType(name)
    setattr(sys.modules[name], function, None)
import evalplus.evaluate as evalplus
class Unstarted:
    def __init__(self, target):
        pass
    def start(self):
        pass
evalplus.threading = types.SimpleNamespace(Thread=Unstarted)
evalplus.evaluate("humaneval", samples=sys.argv[1], parallel=int(sys.argv[2]), i_just_wanna_run=True)
"""


def install():
    """Installs EvalPlus beside the system's packages; where it lies."""
    folder = Path(tempfile.gettempdir()) / "rewardsmith-compare" / PACKAGE
    if not (folder / "evalplus").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--root-user-action=ignore"]
        for packages in (["--no-deps", PACKAGE], NEEDED):
            subprocess.run([*pip, "--target", str(folder), *packages], check=True)
    return folder


def write_problems(problems, path, **changes):
    """Writes the problems, with other values for some of their keys."""
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for problem in problems.values():
            file.write(json.dumps({**problem, **changes}) + "\n")


def by_evalplus(package, problems, samples, cache, jobs):
    """Lets EvalPlus judge; how many passed all inputs, and what it took."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(package),
        "HUMANEVAL_OVERRIDE_PATH": str(problems),
        "XDG_CACHE_HOME": str(cache),
    }
    command = [sys.executable, "-c", EVALUATE, str(samples), str(jobs)]
    with evaluators.Taken() as taken:
        done = subprocess.run(command, env=environment, input="y\n" * 9, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"EvalPlus ended with {done.returncode}: {done.stderr[-2000:]}")
    results = json.loads(Path(str(samples).replace(".jsonl", "_eval_results.json")).read_text())
    rows = [row for rows in results["eval"].values() for row in rows]
    return sum(row["base_status"] == row["plus_status"] == "pass" for row in rows), taken


def by_rewardsmith(binary, problems, samples, out, jobs):
    """Lets rewardsmith judge; how many passed, and what it took."""
    command = [binary, "eval", "--problems", problems, "--samples", samples, "--jobs", jobs]
    with tempfile.TemporaryDirectory(dir=out) as fresh:
        command += ["--no-reuse", "--format", "jsonl", "--out", fresh]
        with evaluators.Taken() as taken:
            done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode not in (0, 4):
        sys.exit(f"rewardsmith ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])["passed"], taken


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the built command")
    parser.add_argument("problems", type=Path, help="HumanEvalPlus_2023.jsonl.gz")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take each N-th problem [1]")
    parser.add_argument("--rounds", type=int, default=3, help="how often all are measured [3]")
    parser.add_argument("--jobs", type=int, default=2, help="workers of both [2]")
    arguments = parser.parse_args()
    package = install()
    problems = evaluators.read_problems(arguments.problems)
    problems = dict(list(problems.items())[:: arguments.every])
    print(f"{len(problems)} problems, {arguments.jobs} workers; {evaluators.load()}", flush=True)
    binary, jobs = arguments.binary.resolve(), arguments.jobs
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "samples.jsonl"
        every, base = Path(folder) / "every.jsonl.gz", Path(folder) / "base.jsonl.gz"
        evaluators.write_samples(
            samples,
            [
                {"task_id": task, "solution": problem["prompt"] + problem["canonical_solution"]}
                for task, problem in problems.items()
            ],
        )
        write_problems(problems, every)
        write_problems(problems, base, plus_input=[])
        evaluations = {
            "EvalPlus": lambda: by_evalplus(package, every, samples, folder, jobs),
            "rewardsmith": lambda: by_rewardsmith(binary, every, samples, folder, jobs),
            "base alone": lambda: by_rewardsmith(binary, base, samples, folder, jobs),
        }
        for name, evaluate in evaluations.items():
            passed, taken = evaluate()
            print(f"  {name:12} {taken.wall_s:7.2f} s the first time, {passed} passed", flush=True)
        for number in range(1, arguments.rounds + 1):
            print(f"round {number}; {evaluators.load()}")
            wall = {}
            for name, evaluate in evaluations.items():
                passed, taken = evaluate()
                wall[name] = taken.wall_s
                print(f"  {name:12} {taken.wall_s:7.2f} s, {taken.cpu_s:7.2f} s of processor, {passed} passed")
            print(
                f"  {wall['EvalPlus'] / wall['rewardsmith']:.1f} times EvalPlus; all inputs take "
                f"{wall['rewardsmith'] / wall['base alone']:.1f} times the base inputs",
                flush=True,
            )


if __name__ == "__main__":
    main()
