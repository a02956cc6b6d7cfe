//! What a person handed in wrong is said in one line: where, what, and what to do.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use problems::{Format, Samples, load};
use tempfile::TempDir;

const GOOD: &str = concat!(
    r#"{"task_id":"T/0","prompt":"def f():\n","entry_point":"f","#,
    r#""canonical_solution":"    return 1\n","test":"def check(c): assert c() == 1"}"#,
);

/// The error for a file of that name and content, with the folder's own path taken out.
fn refused(name: &str, content: &[u8], format: Option<Format>) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let error = load(path.to_str().unwrap(), format).unwrap_err();
    plain(&error.to_string(), folder.path())
}

fn plain(error: &str, folder: &Path) -> String {
    assert!(!error.contains('\n'), "more than a line: {error}");
    error.replace(&format!("{}/", folder.display()), "")
}

fn rows(text: &str) -> String {
    refused("rows.jsonl", text.as_bytes(), None)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn what_is_quoted_from_a_file_is_cut_short_and_stays_on_one_line() {
    // The fuzzer found this one.
    let row = r#"{"name":"f","signature":"f(a: o\ntional) -> int\u001b[2J"}"#;
    let said = rows(row);
    assert!(said.contains(r"o\ntional"), "{said}");
    assert!(!said.contains('\u{1b}'), "{said:?}");
    let long = format!(
        r#"{{"name":"f","signature":"{}"}}"#,
        "\u{e9}".repeat(100_000)
    );
    let said = rows(&long);
    assert!(said.len() < 4000 && said.ends_with("mend it"), "{said}");
}

#[test]
fn a_missing_file() {
    insta::assert_snapshot!(load("no/such.jsonl", None).unwrap_err(), @"no/such.jsonl: no such file or folder; check the path, or use `builtin:core`");
}

#[test]
fn a_built_in_that_is_none() {
    insta::assert_snapshot!(load("builtin:nope", None).unwrap_err(), @"builtin:nope: no built-in suite of that name; there are `builtin:core`, `builtin:micro`");
}

#[test]
fn a_format_that_is_none() {
    insta::assert_snapshot!("humanevil".parse::<Format>().unwrap_err(), @"no format is called `humanevil`; known are `human-eval`, `evalplus`, `mbpp`, `humaneval-x`, `multipl-e`, `inputs-outputs`, `livecodebench`, `open-r1`, `rewardsmith`");
}

#[test]
fn an_empty_file_or_one_of_blank_lines() {
    insta::assert_snapshot!(rows(""), @"rows.jsonl: has no problems; check that it was written to the end");
    insta::assert_snapshot!(rows("\n  \n"), @"rows.jsonl: has no problems; check that it was written to the end");
    insta::assert_snapshot!(refused("rows.jsonl.gz", b"", None), @"rows.jsonl.gz: has no content; check that it was written to the end");
}

#[test]
fn a_line_that_is_not_json() {
    insta::assert_snapshot!(rows(&format!("{GOOD}\n\nhello")), @"rows.jsonl:3: not JSON (expected value, column 1); write one JSON object a line");
    insta::assert_snapshot!(rows(r#"{"task_id": "#), @"rows.jsonl:1: not JSON (EOF while parsing a value, column 12); write one JSON object a line");
}

#[test]
fn a_line_that_is_no_object() {
    insta::assert_snapshot!(rows(&format!("{GOOD}\n[1, 2]\n")), @"rows.jsonl:2: an array where a JSON object was expected; write one JSON object a line");
}

#[test]
fn the_first_thing_that_is_wrong_is_named_also_where_more_is() {
    let no_task = GOOD.replace("task_id", "task");
    let several = format!("{GOOD}\n{no_task}\nhello\n{GOOD}\n");
    insta::assert_snapshot!(rows(&several), @"rows.jsonl:2: no key `task_id`; every human-eval row needs it");
    let mut cut = gzip(&format!("{GOOD}\nhello\n{}", GOOD.repeat(9)));
    cut.truncate(cut.len() - 12);
    let said = refused("rows.jsonl.gz", &cut, None);
    assert!(said.starts_with("rows.jsonl.gz:2: not JSON"), "{said}");
}

#[test]
fn keys_of_no_known_format() {
    insta::assert_snapshot!(rows(r#"{"question": "?", "answer": 42}"#), @"rows.jsonl:1: format not recognised by the keys `question`, `answer`; known are `human-eval`, `evalplus`, `mbpp`, `humaneval-x`, `multipl-e`, `inputs-outputs`, `livecodebench`, `open-r1`, `rewardsmith`; name it with `--problem-format`");
    insta::assert_snapshot!(rows("{}"), @"rows.jsonl:1: format not recognised by the keys (none); known are `human-eval`, `evalplus`, `mbpp`, `humaneval-x`, `multipl-e`, `inputs-outputs`, `livecodebench`, `open-r1`, `rewardsmith`; name it with `--problem-format`");
}

#[test]
fn a_row_without_a_key_that_it_needs() {
    let text = GOOD.replace("canonical_solution", "solution");
    insta::assert_snapshot!(rows(&format!("{GOOD}\n{text}")), @"rows.jsonl:2: no key `canonical_solution`; every human-eval row needs it");
    let error = refused("rows.jsonl", GOOD.as_bytes(), Some(Format::Mbpp));
    insta::assert_snapshot!(error, @"rows.jsonl:1: key `task_id` is a string; it must be a whole number");
}

#[test]
fn a_key_of_the_wrong_type() {
    insta::assert_snapshot!(rows(&GOOD.replace(r#""f""#, "7")), @"rows.jsonl:1: key `entry_point` is a number; it must be a string");
    let text = r#"{"task_id":1,"text":"t","code":"def f(): pass","test_setup_code":"","test_list":["assert f()",2],"challenge_test_list":[]}"#;
    insta::assert_snapshot!(rows(text), @"rows.jsonl:1: key `test_list[1]` is a number; it must be a string");
    let text = r#"{"task_id":"a","prompt":"","entry_point":"f","canonical_solution":"","base_input":[[1],2],"plus_input":[],"atol":0}"#;
    insta::assert_snapshot!(rows(text), @"rows.jsonl:1: key `base_input[1]` is a number; it must be an array of arguments");
    insta::assert_snapshot!(rows(&text.replace("[[1],2]", "[]").replace(r#""atol":0"#, r#""atol":"0""#)), @"rows.jsonl:1: key `atol` is a string; it must be a number that is not negative");
}

#[test]
fn two_problems_of_one_id() {
    insta::assert_snapshot!(rows(&format!("{GOOD}\n\n{GOOD}\n")), @"rows.jsonl:3: problem `T/0` is already defined at rows.jsonl:1; remove or rename one");
}

#[test]
fn a_gzip_stream_cut_short() {
    let whole = gzip(&format!("{GOOD}\n").repeat(1));
    insta::assert_snapshot!(refused("rows.jsonl.gz", &whole[..whole.len() - 9], None), @"rows.jsonl.gz:1: the gzip stream is cut short; fetch or compress the file again");
    insta::assert_snapshot!(refused("rows.jsonl.gz", &whole[..whole.len() / 2], None), @"rows.jsonl.gz: the gzip stream is cut short; fetch or compress the file again");
    insta::assert_snapshot!(refused("rows.jsonl.gz", &whole[..5], None), @"rows.jsonl.gz: the gzip stream is cut short; fetch or compress the file again");
}

#[test]
fn a_gz_name_on_plain_text() {
    insta::assert_snapshot!(refused("rows.jsonl.gz", GOOD.as_bytes(), None), @"rows.jsonl.gz: not a gzip stream (invalid gzip header); fetch or compress the file again, or drop `.gz` from its name");
}

#[test]
fn bytes_that_are_no_text() {
    let mut bytes = format!("{GOOD}\n{{\"task_id\": \"").into_bytes();
    bytes.extend(b"\xff\xfe\"}\n");
    insta::assert_snapshot!(refused("rows.jsonl", &bytes, None), @"rows.jsonl:2: not UTF-8 from byte 14 of the line on; save the file as UTF-8");
}

#[test]
fn a_task_of_mbpp_plus() {
    let text = r#"{"task_id":"Mbpp/2","prompt":"","entry_point":"f","canonical_solution":"","base_input":[],"plus_input":[],"atol":0}"#;
    insta::assert_snapshot!(rows(text), @"rows.jsonl:1: task `Mbpp/2` is of MBPP+, whose inputs need conversions that are not known here; use HumanEval+, or MBPP in its own layout");
}

#[test]
fn asserts_that_call_nothing() {
    let text = r#"{"task_id":1,"text":"t","code":"def f(): pass","test_setup_code":"","test_list":["assert g()"],"challenge_test_list":[]}"#;
    insta::assert_snapshot!(rows(text), @"rows.jsonl:1: no assert calls a function that `code` defines; fix the row");
}

#[test]
fn a_folder_of_another_format() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().to_str().unwrap();
    let error = load(path, Some(Format::Mbpp)).unwrap_err().to_string();
    insta::assert_snapshot!(error.replace(path, "FOLDER"), @"FOLDER: a folder of problems is always of our own format; give `mbpp` a file");
    let error = load(path, None).unwrap_err().to_string();
    insta::assert_snapshot!(error.replace(path, "FOLDER"), @"FOLDER: has no problems; check that it was written to the end");
}

/// The error for samples of a suite of one problem, `T/0`.
fn refused_samples(content: &[u8]) -> String {
    let folder = TempDir::new().unwrap();
    let (problems, samples) = (
        folder.path().join("suite.jsonl"),
        folder.path().join("s.jsonl"),
    );
    fs::write(&problems, GOOD).unwrap();
    fs::write(&samples, content).unwrap();
    let suite = load(problems.to_str().unwrap(), None).unwrap();
    let error = Samples::load(&samples, &suite).unwrap_err();
    plain(&error.to_string(), folder.path())
}

#[test]
fn samples_that_cannot_be_read() {
    insta::assert_snapshot!(refused_samples(b""), @"s.jsonl: has no samples; check that it was written to the end");
    insta::assert_snapshot!(refused_samples(b"\n{oops}"), @"s.jsonl:2: not JSON (key must be a string, column 2); write one JSON object a line");
    insta::assert_snapshot!(refused_samples(b"\"text\""), @"s.jsonl:1: a string where a JSON object was expected; write one JSON object a line");
    insta::assert_snapshot!(refused_samples(br#"{"completion": ""}"#), @"s.jsonl:1: no key `task_id`; every sample row needs it");
    insta::assert_snapshot!(refused_samples(br#"{"task_id": "T/0", "text": ""}"#), @"s.jsonl:1: no key `completion` and no key `solution`; a sample needs one of them");
    insta::assert_snapshot!(refused_samples(br#"{"task_id": "T/0", "completion": null}"#), @"s.jsonl:1: key `completion` is null; it must be a string");
    insta::assert_snapshot!(refused_samples(br#"{"task_id": "T/9", "completion": ""}"#), @"s.jsonl:1: task `T/9` is not in the suite `suite`; check `task_id`, or give the suite it belongs to");
    insta::assert_snapshot!(refused_samples(br#"{"task_id": 0, "completion": ""}"#), @"s.jsonl:1: task `0` is not in the suite `suite`; check `task_id`, or give the suite it belongs to");
    insta::assert_snapshot!(refused_samples(br#"{"task_id": ["T/0"], "completion": ""}"#), @"s.jsonl:1: key `task_id` is an array; it must be a string or a number");
    insta::assert_snapshot!(refused_samples(b"{\"task_id\": \"T/0\", \"completion\": \"\xc3\x28\"}"), @"s.jsonl:1: not UTF-8 from byte 35 of the line on; save the file as UTF-8");
}

#[test]
fn a_folder_of_samples_with_a_stranger() {
    let folder = TempDir::new().unwrap();
    let problems = folder.path().join("suite.jsonl");
    fs::write(&problems, GOOD).unwrap();
    let suite = load(problems.to_str().unwrap(), None).unwrap();
    let samples = folder.path().join("samples");
    fs::create_dir_all(samples.join("T_7")).unwrap();
    let error = Samples::load(&samples, &suite).unwrap_err();
    insta::assert_snapshot!(plain(&error.to_string(), folder.path()), @"samples/T_7: task `T_7` is not in the suite `suite`; check `task_id`, or give the suite it belongs to");
    fs::rename(samples.join("T_7"), samples.join("T_0")).unwrap();
    let error = Samples::load(&samples, &suite).unwrap_err();
    insta::assert_snapshot!(plain(&error.to_string(), folder.path()), @"samples: has no samples; check that it was written to the end");
    fs::write(samples.join("T_0/first.py"), "").unwrap();
    let error = Samples::load(&samples, &suite).unwrap_err();
    insta::assert_snapshot!(plain(&error.to_string(), folder.path()), @"samples/T_0/first.py: a program's name must be a number, as `0.py`; rename it");
}
