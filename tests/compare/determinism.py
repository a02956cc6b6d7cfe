"""Shows that an evaluation's files are the same bytes whatever the number of workers and the load.

    python3 tests/compare/determinism.py target/release/rewardsmith HumanEval.jsonl.gz --rounds 20

The candidates are the suite's references and programs that look at everything a machine could be
told by: clock, randomness, addresses, hashes, the order of sets; and some that meet their limits. Each
round judges all of them with 1, 2, 4, 8 and 16 workers, once on the machine as it is and once beside
twice as many spinning processes as it has cores. Records hold the fuel of every case. Equal candidates
are judged again each time.
"""

import argparse
import collections
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import evaluators

JOBS = (1, 2, 4, 8, 16)

# Bodies that continue any prompt; what they show goes into the record through the exception's text.
PROBES = (
    "import time\n    raise ValueError(time.time(), time.monotonic_ns(), time.localtime())",
    "import time\n    time.sleep(10)\n    raise ValueError(time.perf_counter())",
    "import datetime\n    raise ValueError(datetime.datetime.now())",
    "import random\n    raise ValueError(random.random(), random.sample(range(99), 5))",
    "import os, secrets\n    raise ValueError(os.urandom(8), secrets.token_hex())",
    "import uuid\n    raise ValueError(uuid.uuid4(), uuid.uuid1())",
    "raise ValueError(id([]), id(object()), object())",
    "raise ValueError(hash('a'), hash(b'b'), hash(('c', 1.5)), hash(object()))",
    "raise ValueError({'one', 'two', 'three', 'four'}, {object for _ in 'ab'})",
    "raise ValueError([i for i in {str(i) for i in range(40)}])",
    "import os, sys\n    raise ValueError(dict(os.environ), os.getpid(), sys.argv)",
    "import gc\n    raise ValueError(len(gc.get_objects()), gc.get_count(), gc.get_stats())",
    "import threading\n    raise ValueError(threading.get_ident(), threading.active_count())",
    "while True:\n        pass",
    "kept = []\n    while True:\n        kept.append(bytearray(1 << 20))",
    "while True:\n        print('x' * 4096)",
    "import os\n    os._exit(3)",
    "return (lambda f: f(f))(lambda f: f(f))",
)


def samples_of(problems):
    """Every reference, and every probe on one problem after the other."""
    for problem in problems.values():
        yield {"task_id": problem["task_id"], "completion": problem["canonical_solution"]}
    tasks = list(problems)
    for number, body in enumerate(PROBES):
        yield {"task_id": tasks[number * 7 % len(tasks)], "completion": f"    {body}\n"}


def evaluate(binary, problems, samples, jobs, folder):
    """The digest of the files of one evaluation, all together."""
    command = [binary, "eval", "--problems", problems, "--samples", samples, "--out", folder]
    command += ["--jobs", str(jobs), "--no-reuse", "--allow-missing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"rewardsmith ended with {done.returncode}: {done.stderr}")
    digest = hashlib.sha256()
    for path in sorted(Path(folder).iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest(), records_of(folder)


def records_of(folder):
    """The records' lines."""
    return (Path(folder) / "samples.jsonl_records.jsonl").read_text().splitlines()


def show_difference(first, other, setting):
    """Prints the lines that differ."""
    for one, two in zip(first, other):
        if one != two:
            print(f"{setting} differs:\n  {one}\n  {two}", flush=True)


def spinners():
    """Processes that leave nobody a quiet core."""
    program = "while True: pass"
    return [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2 * os.cpu_count())]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the built command")
    parser.add_argument("problems", type=Path, help="HumanEval.jsonl.gz")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--references", type=int, help="only so many of the references")
    arguments = parser.parse_args()
    binary, problems = arguments.binary.resolve(), arguments.problems.resolve()
    rows = list(samples_of(evaluators.read_problems(problems)))
    rows = rows[: -len(PROBES)][: arguments.references] + rows[-len(PROBES) :]
    print(f"{len(rows)} candidates; {evaluators.load()}", flush=True)
    found, first = collections.Counter(), None
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as work:
        samples = Path(work) / "samples.jsonl"
        evaluators.write_samples(samples, rows)
        out = Path(work) / "out"
        for number in range(1, arguments.rounds + 1):
            for loaded in (False, True):
                beside = spinners() if loaded else []
                try:
                    for jobs in JOBS:
                        digest, records = evaluate(binary, problems, samples, jobs, out)
                        first = first or records
                        if digest not in found:
                            setting = f"{jobs} workers, {'loaded' if loaded else 'idle'}"
                            show_difference(first, records, setting)
                        found[digest] += 1
                finally:
                    for process in beside:
                        process.kill()
                        process.wait()
            took = time.monotonic() - start
            print(f"round {number}: {len(found)} kind(s) of bytes, {took:.0f} s", flush=True)
    records = [json.loads(line) for line in first]
    verdicts = collections.Counter(record["verdict"] for record in records)
    print(f"verdicts {dict(verdicts)}, fuel in all {sum(record['fuel'] for record in records)}")
    print(f"{sum(found.values())} evaluations, {len(found)} kind(s) of bytes: {dict(found)}")
    sys.exit(len(found) != 1)


if __name__ == "__main__":
    main()
