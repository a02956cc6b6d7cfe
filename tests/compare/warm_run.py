"""Measures how long `rewardsmith run` takes for a trivial program, once its guest is compiled.

    python3 tests/compare/warm_run.py target/release/rewardsmith
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import evaluators


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the built command")
    parser.add_argument("--runs", type=int, default=30, help="how often it is run [30]")
    arguments = parser.parse_args()
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program.py"
        program.write_text("print('here')\n")
        command = [str(arguments.binary.resolve()), "run", "--language", "python", str(program)]
        # The first one may build the guest, and reads it from the disk.
        for number in range(arguments.runs + 1):
            start = time.monotonic()
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0 or "here" not in done.stdout:
                sys.exit(f"it ended with {done.returncode}: {done.stdout} {done.stderr}")
            if number > 0:
                taken.append(1000 * (time.monotonic() - start))
    print(f"{arguments.runs} runs; {evaluators.load()}")
    print(f"median {statistics.median(taken):.1f} ms, from {min(taken):.1f} to {max(taken):.1f}")


if __name__ == "__main__":
    main()
