//! Right and wrong answers in each language, by hand: each gets its verdict through the command.
//!
//! `answers/core/LANGUAGE.*` answers problems of the built-in suite. A program begins with the name of
//! its problem, and its verdict follows:
//! ```text
//! // problem: gap_days
//! // verdict: wrong_answer: sorts numbers as text
//! ```
//! `answers/multipl_e/LANGUAGE.jsonl` has problems in the layout of MultiPL-E, and completions of them
//! under a key of our own; `answers/apps` and `answers/live_code_bench` have programs that read standard
//! input, likewise. `answers/multipl_e_humaneval` has completions of rows that MultiPL-E published, which
//! lie outside of the project.

#![allow(
    clippy::unwrap_used,
    reason = "what cannot go on has failed, and the panic says where"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tests::{Folder, jsonl, rewardsmith, rust_is_there, shared};

/// Well above what any answer that ends burns.
const FUEL: &str = "1000000000";

/// A sample, as a row, and the verdict it must get.
struct Answer {
    sample: Value,
    verdict: String,
}

impl Answer {
    fn new(task: &str, kind: &str, text: &str, verdict: &str) -> Self {
        Self {
            sample: json!({"task_id": task, kind: text}),
            verdict: verdict.to_owned(),
        }
    }

    fn task(&self) -> &str {
        self.sample["task_id"].as_str().unwrap()
    }
}

fn answers(layout: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("answers")
        .join(layout)
}

/// The programs of a file about the built-in suite.
fn programs(file: &str) -> Vec<Answer> {
    let text = fs::read_to_string(answers("core").join(file)).unwrap();
    let (empty, programs) = text.split_once("// problem: ").unwrap();
    assert_eq!(empty, "");
    let answer = |program: &str| {
        let (task, rest) = program.split_once('\n').unwrap();
        let (verdict, source) = rest.split_once('\n').unwrap();
        let verdict = verdict.strip_prefix("// verdict: ").unwrap();
        let verdict = verdict.split(':').next().unwrap();
        Answer::new(task, "solution", source, verdict)
    };
    programs.split("// problem: ").map(answer).collect()
}

/// The completions or whole programs of a file whose rows have answers.
fn answers_of_rows(file: &Path) -> Vec<Answer> {
    let text = fs::read_to_string(file).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let answers = rows.flat_map(|row: Value| {
        let answers = row["answers"].as_array().unwrap().clone();
        answers.into_iter().map(move |answer| {
            let kinds = ["completion", "solution"];
            let kind = kinds.into_iter().find(|kind| answer[kind].is_string());
            let kind = kind.unwrap();
            let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
            let (source, verdict) = (text(&answer, kind), text(&answer, "verdict"));
            Answer::new(&text(&row, "name"), kind, &source, &verdict)
        })
    });
    answers.collect()
}

/// Judges answers: their verdicts must be these, and the files the same for any number of workers.
fn check(problems: &Path, language: &str, answers: &[Answer]) {
    let folder = Folder::new();
    let rows: Vec<_> = answers.iter().map(|it| it.sample.clone()).collect();
    folder.write("s.jsonl", jsonl(&rows));
    let files = |jobs: &str| {
        rewardsmith!("eval", "--samples", "s.jsonl", "--problems", problems)
            .words("--allow-missing --no-reuse --fuel")
            .arg(FUEL)
            .words("--language")
            .arg(language)
            .words("--jobs")
            .arg(jobs)
            .within(folder.path())
            .run(0);
        folder.files()
    };
    let first = files("1");
    for (answer, record) in answers
        .iter()
        .zip(folder.json_lines("s.jsonl_records.jsonl"))
    {
        assert_eq!(
            record["verdict"], *answer.verdict,
            "{language}: {}\n{record}",
            answer.sample
        );
    }
    for jobs in ["2", "4"] {
        assert!(
            files(jobs) == first,
            "{language}: not the same with {jobs} workers"
        );
    }
}

/// Answers to problems of the built-in suite, right and wrong ones to at least twelve.
fn check_core(language: &str, file: &str) {
    let answers = programs(file);
    for right in [true, false] {
        let solved = answers
            .iter()
            .filter(|it| (it.verdict == "passed") == right)
            .map(Answer::task);
        let solved: BTreeSet<_> = solved.collect();
        assert!(solved.len() >= 12, "{language}, {right}: {solved:?}");
    }
    check(Path::new("builtin:core"), language, &answers);
}

/// As many right answers as wrong ones, and at least so many of each.
fn check_halves(problems: &Path, language: &str, answers: &[Answer], least: usize) {
    let right = answers.iter().filter(|it| it.verdict == "passed").count();
    assert_eq!(2 * right, answers.len(), "{language}");
    assert!(right >= least, "{language}: {right} right answers");
    check(problems, language, answers);
}

/// Completions in the layout of MultiPL-E.
fn check_multipl_e(language: &str) {
    let file = answers("multipl_e").join(format!("{language}.jsonl"));
    check_halves(&file, language, &answers_of_rows(&file), 5);
}

#[test]
fn the_built_in_suite_is_judged_in_javascript() {
    check_core("javascript", "javascript.js");
}

#[test]
fn the_built_in_suite_is_judged_in_typescript() {
    check_core("typescript", "typescript.ts");
}

#[test]
fn completions_in_the_layout_of_multipl_e_get_their_verdicts_in_javascript() {
    check_multipl_e("javascript");
}

#[test]
fn completions_in_the_layout_of_multipl_e_get_their_verdicts_in_typescript() {
    check_multipl_e("typescript");
}

#[test]
fn the_built_in_suite_is_judged_in_rust() {
    if rust_is_there!() {
        check_core("rust", "rust.rs");
    }
}

#[test]
fn completions_in_the_layout_of_multipl_e_get_their_verdicts_in_rust() {
    if rust_is_there!() {
        check_multipl_e("rust");
    }
}

#[test]
#[ignore = "the C++ guest takes minutes to build"]
fn the_built_in_suite_is_judged_in_cpp() {
    check_core("cpp", "cpp.cpp");
}

#[test]
#[ignore = "the C++ guest takes minutes to build"]
fn completions_in_the_layout_of_multipl_e_get_their_verdicts_in_cpp() {
    check_multipl_e("cpp");
}

#[test]
#[ignore = "the C++ guest takes minutes to build"]
fn completions_of_published_rows_of_multipl_e_get_their_verdicts_in_cpp() {
    if let Some(rows) = shared("multipl_e_humaneval_cpp_first40.jsonl.gz") {
        let file = answers("multipl_e_humaneval").join("cpp.jsonl");
        check_halves(&rows, "cpp", &answers_of_rows(&file), 10);
    }
}

#[test]
#[ignore = "the C++ guest takes minutes to build"]
fn programs_on_standard_input_get_their_verdicts_in_c() {
    for (layout, least) in [("apps", 10), ("live_code_bench", 3)] {
        let file = answers(layout).join("c.jsonl");
        check_halves(&file, "c", &answers_of_rows(&file), least);
    }
}

#[test]
#[ignore = "the C++ guest takes minutes to build"]
fn programs_in_c_get_the_same_verdicts_in_cpp() {
    let file = answers("live_code_bench").join("c.jsonl");
    check(&file, "cpp", &answers_of_rows(&file));
}
