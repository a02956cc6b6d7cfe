//! Hostile and broken candidates: each gets its verdict, and the candidate after it is unaffected.

use serde_json::Value;
use tests::{Folder, RIGHT, jsonl, problem, rewardsmith, sample};

/// A completion of `add(a, b)` and the verdict it must get.
const CASES: &[(&str, &str, &str)] = &[
    (
        "an endless loop",
        "    while True:\n        pass\n",
        "out_of_fuel",
    ),
    (
        "endless work in C",
        "    return sum(iter(int, 1))\n",
        "out_of_fuel",
    ),
    (
        "an endless allocation",
        "    kept = []\n    while True:\n        kept.append(bytearray(1 << 20))\n",
        "out_of_memory",
    ),
    (
        "one allocation of too much",
        "    return len(bytearray(1 << 30))\n",
        "out_of_memory",
    ),
    (
        "an endless print",
        "    while True:\n        print('x' * 1000)\n",
        "output_limit",
    ),
    (
        "os._exit(0)",
        "    import os\n    os._exit(0)\n",
        "runtime_error",
    ),
    (
        "sys.exit(0)",
        "    import sys\n    sys.exit(0)\n",
        "runtime_error",
    ),
    (
        "a list 200,000 deep",
        "    deep = []\n    for _ in range(200_000):\n        deep = [deep]\n    return deep\n",
        "protocol_violation",
    ),
    (
        "an integer that equals everything",
        "    class Any(int):\n        def __eq__(self, other):\n            return True\n    \
         return Any(9)\n",
        "protocol_violation",
    ),
    (
        "endless recursion",
        "    return add(a, b)\n",
        "runtime_error",
    ),
    ("no Python", "    return return\n", "compile_error"),
    ("a wrong answer", "    return a * b\n", "wrong_answer"),
];

/// Judges the cases with an honest candidate after each, by one worker, so that each honest one
/// follows the hostile one in the same process.
fn check(cases: &[(&str, &str, &str)]) {
    let folder = Folder::new();
    let problems = folder.write("p.jsonl", jsonl(&[problem("T/0")]));
    let rows: Vec<Value> = cases
        .iter()
        .flat_map(|(_, completion, _)| [sample("T/0", completion), sample("T/0", RIGHT)])
        .collect();
    let samples = folder.write("s.jsonl", jsonl(&rows));
    rewardsmith!("eval", "--problems", problems, "--samples", samples)
        .words("--jobs 1 --fuel 1000000000 --no-reuse")
        .run(0);
    let records = folder.json_lines("s.jsonl_records.jsonl");
    for ((name, _, verdict), pair) in cases.iter().zip(records.chunks(2)) {
        assert_eq!(pair[0]["verdict"], *verdict, "{name}: {}", pair[0]);
        assert_eq!(pair[1]["verdict"], "passed", "after {name}: {}", pair[1]);
        let honest = |key: &str| (&pair[1][key], &records[1][key]);
        let (fuel, first) = honest("fuel");
        assert_eq!(fuel, first, "{name} changed what the next candidate burns");
    }
}

#[test]
fn every_hostile_candidate_gets_its_verdict_and_the_next_one_passes() {
    check(CASES);
}

#[test]
fn a_program_that_runs_alone_meets_the_same_limits() {
    for (name, body, verdict) in CASES {
        let verdict = match *verdict {
            // Nobody asks such a program for an answer,
            "wrong_answer" | "protocol_violation" => continue,
            // and it may say itself that it is done.
            _ if name.ends_with("exit(0)") => "passed",
            verdict => verdict,
        };
        let program = format!("def add(a, b):\n{body}\nadd(1, 2)\n");
        let command = rewardsmith!("run", "--fuel", "1000000000", "-").stdin(program);
        let said = command.run(0);
        assert_eq!(said.summary()["verdict"], verdict, "{name}: {said:#?}");
    }
}
