"""Kills an evaluation or its workers at random moments and lets the same command go on.

    python3 tests/compare/killed.py target/release/rewardsmith HumanEval.jsonl.gz --times 50

Each time, an evaluation of all references is disturbed: SIGKILL for the command, for one of its workers,
or for both, up to four times before it may end. Its files must be those of an undisturbed run, the
candidates it says it judged must be those it did not know, and no process may be left.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import evaluators

COPIES = 1


def children(pid):
    """The processes that this one has started."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def is_alive(pid):
    """Whether the process runs; one that is dead and not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def known(folder):
    """How many candidates the journal knows, each once."""
    try:
        lines = (folder / "samples.jsonl_journal.jsonl").read_bytes().split(b"\n")[1:-1]
    except FileNotFoundError:
        return 0
    return len({json.loads(line)["candidate"] for line in lines})


class Killed:
    """One evaluation after the other, into folders of their own."""

    def __init__(self, binary, problems, work):
        self.work = Path(work)
        self.samples = self.work / "samples.jsonl"
        rows = evaluators.read_problems(problems).values()
        samples = [{"task_id": r["task_id"], "completion": r["canonical_solution"]} for r in rows]
        evaluators.write_samples(self.samples, samples * COPIES)
        self.count = len(samples) * COPIES
        self.command = [binary, "eval", "--problems", problems, "--samples", self.samples]
        self.command += ["--jobs", "2", "--no-reuse", "--format", "jsonl", "--out"]

    def start(self, folder):
        """Starts it; what it prints goes to a file, since nobody reads beside it."""
        folder.mkdir(exist_ok=True)
        said = (self.work / "said").open("wb")
        return subprocess.Popen([*self.command, folder], stdout=said, stderr=subprocess.STDOUT)

    def files(self, folder):
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    def finish(self, folder, process):
        """Lets it end, and checks that it judged what was not known before."""
        code = process.wait()
        lines = (self.work / "said").read_text().splitlines()
        if code != 0:
            sys.exit(f"it ended with {code}: {lines[-1:]}")
        return len(lines) - 1

    def disturb(self, folder, length, drawn):
        """Kills at random moments; returns what was hit, the workers that were seen, and whether the
        command came to its end in spite of it."""
        hit, seen = [], set()
        for _ in range(drawn.randint(1, 4)):
            process = self.start(folder)
            time.sleep(drawn.uniform(0.0, length))
            workers = children(process.pid)
            seen.update(workers)
            target = drawn.choice(["command", "worker", "both"])
            if target != "command" and workers:
                kill(drawn.choice(workers))
            hit.append(target)
            if target == "worker" and drawn.random() < 0.5:
                self.finish(folder, process)
                return hit, seen, True
            if target == "worker":
                time.sleep(drawn.uniform(0.0, length / 4))
                seen.update(children(process.pid))
                hit.append("command")
            kill(process.pid)
            if process.wait() == 0:
                return hit, seen, True
        return hit, seen, False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the built command")
    parser.add_argument("problems", type=Path, help="HumanEval.jsonl.gz")
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    drawn = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as work:
        killed = Killed(arguments.binary.resolve(), arguments.problems.resolve(), work)
        quiet = Path(work) / "quiet"
        start = time.monotonic()
        killed.finish(quiet, killed.start(quiet))
        length = time.monotonic() - start
        expected = killed.files(quiet)
        print(f"{killed.count} candidates, {length:.1f} s undisturbed; {evaluators.load()}", flush=True)
        kills = 0
        for number in range(1, arguments.times + 1):
            folder = Path(work) / f"out{number}"
            hit, seen, ended = killed.disturb(folder, length, drawn)
            kills += len(hit)
            before = known(folder)
            if not ended:
                judged = killed.finish(folder, killed.start(folder))
                if judged != killed.count - before:
                    sys.exit(f"time {number}: judged {judged}, of {killed.count} it knew {before}")
            found = killed.files(folder)
            if found != expected:
                names = [n for n in {*found, *expected} if found.get(n) != expected.get(n)]
                sys.exit(f"time {number}: other bytes in {names} after {hit}")
            deadline = time.monotonic() + 10
            while any(map(is_alive, seen)):
                if time.monotonic() > deadline:
                    sys.exit(f"time {number}: workers are left after {hit}")
                time.sleep(0.01)
            shutil.rmtree(folder)
            print(f"time {number}: {', '.join(hit)}; {before} were known; same bytes", flush=True)
        print(f"{arguments.times} times disturbed by {kills} kills: same bytes, no process left")


if __name__ == "__main__":
    main()
