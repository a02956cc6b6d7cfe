"""Judges very many candidates, a tenth of them hostile, and watches memory and descriptors.

    python3 tests/compare/soak.py target/release/rewardsmith HumanEval.jsonl.gz --candidates 100000

No candidate equals another. Every ten seconds the resident memory and the open descriptors of the
command and of its workers are read. The command keeps what it found, so its memory grows with the
candidates; a worker's must not.
"""

import argparse
import collections
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import evaluators
from killed import children, is_alive

HOSTILE = (
    "while True:\n        pass",
    "return sum(iter(int, 1))",
    "kept = []\n    while True:\n        kept.append(bytearray(1 << 22))",
    "return len(bytearray(1 << 30))",
    "while True:\n        print('x' * 4096)",
    "import os\n    os._exit(0)",
    "raise SystemExit(0)",
    "deep = []\n    for _ in range(200_000):\n        deep = [deep]\n    return deep",
    "return type('Any', (int,), {'__eq__': lambda *_: True})(9)",
    "return (lambda f: f(f))(lambda f: f(f))",
    "return eval('[' * 10_000 + ']' * 10_000)",
    "import gc, sys\n    for thing in gc.get_objects():\n        gc.get_referrers(thing) if thing is sys else None\n    return 0",
)


def samples_of(problems, count):
    """References, and every tenth a hostile program; each differs by its number."""
    rows = itertools.cycle(problems.values())
    hostile = itertools.cycle(HOSTILE)
    for number in range(count):
        problem = next(rows)
        body = f"    {next(hostile)}\n" if number % 10 == 9 else problem["canonical_solution"]
        yield {"task_id": problem["task_id"], "completion": f"{body}\n# {number}\n"}


def look(pid):
    """Resident MiB and open descriptors of a process, or None where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(resident.split()[1]) / 1024, len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except (FileNotFoundError, ProcessLookupError, StopIteration, PermissionError):
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the built command")
    parser.add_argument("problems", type=Path, help="HumanEval.jsonl.gz")
    parser.add_argument("--candidates", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--fuel", type=int, default=200_000_000, help="small: hostile loops burn it all")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two looks")
    arguments = parser.parse_args()
    problems = evaluators.read_problems(arguments.problems)
    seen, looks = set(), []
    with tempfile.TemporaryDirectory() as work:
        samples = Path(work) / "samples.jsonl"
        evaluators.write_samples(samples, samples_of(problems, arguments.candidates))
        command = [arguments.binary.resolve(), "eval", "--problems", arguments.problems.resolve()]
        command += ["--samples", samples, "--jobs", str(arguments.jobs), "--no-reuse"]
        command += ["--fuel", str(arguments.fuel), "-k", "1", "--allow-missing"]
        print(f"{arguments.candidates} candidates; {evaluators.load()}", flush=True)
        start = time.monotonic()
        journal = Path(f"{samples}_journal.jsonl")
        with evaluators.Taken() as taken:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            print("| s | journal MiB | command MiB, descriptors | workers MiB, descriptors |")
            print("|---|---|---|---|")
            while process.poll() is None:
                time.sleep(arguments.every)
                workers = children(process.pid)
                seen.update(workers)
                parent, each = look(process.pid), list(filter(None, map(look, workers)))
                if parent is None or not each:
                    continue
                looks.append((parent, each))
                size = journal.stat().st_size / 2**20 if journal.exists() else 0
                texts = [f"{memory:.0f}, {files}" for memory, files in (parent, *each)]
                row = f"{time.monotonic() - start:.0f} | {size:.1f} | {texts[0]} | {'; '.join(texts[1:])}"
                print(f"| {row} |", flush=True)
        if process.returncode != 0:
            sys.exit(f"it ended with {process.returncode}: {process.stderr.read().decode()}")
        with open(f"{samples}_records.jsonl", encoding="utf-8") as file:
            verdicts = collections.Counter(json.loads(line)["verdict"] for line in file)
    left = [pid for pid in seen if is_alive(pid)]
    print(f"{arguments.candidates} candidates in {taken.wall_s:.0f} s, {taken.cpu_s:.0f} s of processor time")
    print(f"verdicts {dict(verdicts)}")
    print(f"{len(seen)} worker processes in all, {len(left)} left")
    if looks:
        (first, workers), (last, late) = looks[0], looks[-1]
        print(f"command {first[0]:.0f} MiB and {first[1]} descriptors first, {last[0]:.0f} and {last[1]} last")
        most = max(memory for _, each in looks for memory, _ in each)
        ends = [[f"{memory:.0f}" for memory, _ in each] for each in (workers, late)]
        print(f"workers {' and '.join(ends[0])} MiB first, {' and '.join(ends[1])} last, {most:.0f} at most")
    sys.exit(bool(left))


if __name__ == "__main__":
    main()
