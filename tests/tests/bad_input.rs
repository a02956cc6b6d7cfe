//! Bad input: one clear line that names the file and, where there is one, the line in it; a
//! documented exit code; and nothing written.

use serde_json::json;
use tests::{
    Folder, RIGHT, evalplus_problem, gzip, jsonl, problem, rewardsmith, sample, toml_problem,
};

/// The folder that every case starts from: good problems and good samples.
fn inputs() -> Folder {
    let folder = Folder::new();
    folder.write("p.jsonl", jsonl(&[problem("T/0"), problem("T/1")]));
    folder.write(
        "s.jsonl",
        jsonl(&[sample("T/0", RIGHT), sample("T/1", RIGHT)]),
    );
    folder
}

/// The command, run in `folder` with the words of `line`, must refuse with `code` and one line of
/// standard error that holds each of `says`.
fn check(folder: &Folder, line: &str, code: i32, says: &[&str]) {
    rewardsmith!().words(line).refused(folder, code, says);
}

const EVAL: &str = "eval --problems p.jsonl --samples s.jsonl";

#[test]
fn the_inputs_that_the_cases_change_are_good() {
    let folder = inputs();
    rewardsmith!().words(EVAL).within(folder.path()).run(0);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = inputs();
    let says = ["rewardsmith: no.jsonl", "no such file"];
    check(
        &folder,
        "eval --problems p.jsonl --samples no.jsonl",
        2,
        &says,
    );
    check(
        &folder,
        "eval --problems no.jsonl --samples s.jsonl",
        2,
        &says,
    );
    check(&folder, "check --problems no.jsonl", 2, &says);
    check(&folder, "run no.py", 2, &["no.py"]);
    check(&folder, "run no.go", 2, &["no.go", "--language"]);
}

#[test]
fn bad_samples_are_named_by_file_and_line() {
    let good = sample("T/0", RIGHT).to_string();
    let no_task = json!({ "completion": RIGHT }).to_string();
    let no_code = json!({ "task_id": "T/0" }).to_string();
    let number = json!({ "task_id": "T/0", "completion": 7 }).to_string();
    let unknown = sample("T/9", RIGHT).to_string();
    let rows: [(&[u8], &[&str]); 9] = [
        (b"{\"task_id\":", &["s.jsonl:2", "not JSON"]),
        (b"[1]", &["s.jsonl:2", "an array"]),
        (no_task.as_bytes(), &["s.jsonl:2", "`task_id`"]),
        (
            no_code.as_bytes(),
            &["s.jsonl:2", "`completion`", "`solution`"],
        ),
        (
            number.as_bytes(),
            &["s.jsonl:2", "`completion`", "a number"],
        ),
        (unknown.as_bytes(), &["s.jsonl:2", "`T/9`"]),
        (
            b"{\"task_id\":\"T/0\",\"completion\":\"\xff\"}",
            &["s.jsonl:2", "not UTF-8"],
        ),
        // Blank lines count: an editor's line is meant.
        (b"\n\nx", &["s.jsonl:4", "not JSON"]),
        (
            b"{\"task_id\":null,\"completion\":\"\"}",
            &["s.jsonl:2", "`task_id`", "null"],
        ),
    ];
    for (row, says) in rows {
        let folder = inputs();
        folder.write("s.jsonl", [good.as_bytes(), b"\n", row, b"\n"].concat());
        check(&folder, EVAL, 2, says);
    }
}

#[test]
fn a_name_with_line_ends_in_it_is_still_refused_in_one_line() {
    let folder = inputs();
    folder.write("p.jsonl", jsonl(&[problem("T/0"), problem("T\n\u{1b}/1")]));
    folder.write("s.jsonl", jsonl(&[sample("T/0", RIGHT)]));
    check(&folder, EVAL, 2, &["1 of 2 problems", "T  /1"]);
    folder.write("s.jsonl", jsonl(&[sample("T\n/2", RIGHT)]));
    check(&folder, EVAL, 2, &["s.jsonl:1", "`T\\n/2`"]);
}

#[test]
fn bad_problems_are_named_by_file_and_line() {
    let good = problem("T/0").to_string();
    let no_task = json!({ "prompt": "", "entry_point": "f", "test": "" }).to_string();
    for (row, says) in [
        ("{", &["p.jsonl:2", "not JSON"]),
        (&no_task, &["p.jsonl:2", "`"]),
        // A duplicate says where the first one is.
        (&good, &["p.jsonl:2: problem `T/0`", "p.jsonl:1"]),
    ] {
        let folder = inputs();
        folder.write("p.jsonl", format!("{good}\n{row}\n"));
        check(&folder, EVAL, 2, says);
        check(&folder, "check --problems p.jsonl", 2, says);
    }
}

#[test]
fn empty_files_are_refused() {
    for (name, bytes) in [
        ("p.jsonl", ""),
        ("p.jsonl", "\n\n"),
        ("s.jsonl", ""),
        ("s.jsonl", "\n"),
    ] {
        let folder = inputs();
        folder.write(name, bytes);
        check(
            &folder,
            EVAL,
            2,
            &[name, "check that it was written to the end"],
        );
    }
}

#[test]
fn a_gzip_stream_that_is_cut_short_or_none_is_refused() {
    let text = jsonl(&[sample("T/0", RIGHT), sample("T/1", RIGHT)]);
    let whole = gzip(&text);
    let line = "eval --problems p.jsonl --samples s.jsonl.gz";
    for length in [3, whole.len() / 2, whole.len() - 1] {
        let folder = inputs();
        folder.write("s.jsonl.gz", &whole[..length]);
        check(&folder, line, 2, &["s.jsonl.gz", "cut short"]);
    }
    let folder = inputs();
    folder.write("s.jsonl.gz", text);
    check(&folder, line, 2, &["s.jsonl.gz", "not a gzip stream"]);
}

#[test]
fn samples_that_do_not_cover_what_is_asked_are_refused() {
    let folder = inputs();
    check(
        &folder,
        &format!("{EVAL} -k 1,2"),
        2,
        &["s.jsonl", "pass@2", "`T/0` has 1"],
    );
    folder.write("s.jsonl", jsonl(&[sample("T/1", RIGHT)]));
    check(
        &folder,
        EVAL,
        2,
        &["s.jsonl", "1 of 2 problems", "`T/0`", "--allow-missing"],
    );
}

#[test]
fn unknown_names_are_refused_with_the_known_ones() {
    let folder = inputs();
    check(
        &folder,
        "check --problems builtin:none",
        2,
        &["builtin:none", "`builtin:core`"],
    );
    folder.write("odd.jsonl", "{\"question\":\"?\"}\n");
    check(
        &folder,
        "check --problems odd.jsonl",
        2,
        &["odd.jsonl:1", "`question`"],
    );
}

#[test]
fn a_suite_without_the_cases_to_judge_by_is_refused() {
    let folder = inputs();
    let says = ["problem `T/0`", "no visible cases"];
    check(
        &folder,
        &format!("{EVAL} --visible-only --out out"),
        2,
        &says,
    );
}

#[test]
fn a_reference_that_cannot_give_the_expected_answers_is_refused_before_anything_is_written() {
    let folder = inputs();
    let mut broken = evalplus_problem("T/0");
    broken["canonical_solution"] = json!("    return a // 0\n");
    folder.write("p.jsonl", jsonl(&[broken]));
    folder.write("s.jsonl", jsonl(&[sample("T/0", RIGHT)]));
    check(
        &folder,
        &format!("{EVAL} --out out"),
        2,
        &["`T/0`", "reference", "ZeroDivisionError"],
    );
}

#[test]
fn bad_own_problems_are_named_by_file() {
    let folder = Folder::new();
    folder.write(
        "add.toml",
        toml_problem("add", "a + b", "a * b").replace("easy", "so-so"),
    );
    check(&folder, "check --problems .", 2, &["add.toml", "so-so"]);
}

#[test]
fn a_folder_that_cannot_be_made_or_written_is_named() {
    let folder = inputs();
    folder.write("file", "in the way");
    check(
        &folder,
        &format!("{EVAL} --out file/out"),
        3,
        &["file/out", "Not a directory"],
    );
    // Nobody can make a file there, not even root.
    check(
        &folder,
        &format!("{EVAL} --out /proc/out"),
        3,
        &["/proc/out"],
    );
}

#[test]
fn a_wrong_command_line_is_refused_with_the_same_code() {
    let folder = inputs();
    for (line, says) in [
        (format!("{EVAL} --memory-mib 1"), "64..=4096"),
        (format!("{EVAL} --memory-mib lots"), "--memory-mib"),
        (format!("{EVAL} --jobs 0"), "--jobs"),
        (format!("{EVAL} -k 0"), "-k"),
        (format!("{EVAL} --fuel lots"), "--fuel"),
        (format!("{EVAL} --problem-format none"), "`human-eval`"),
        ("run --language cobol file".to_owned(), "known are python"),
        ("eval --problems p.jsonl".to_owned(), "--samples"),
        ("score".to_owned(), "score"),
        (String::new(), "Usage"),
    ] {
        let before = folder.files();
        let said = rewardsmith!().words(&line).within(folder.path()).run(2);
        assert!(said.stderr.contains(says), "`{says}` is missing: {said:#?}");
        assert_eq!(folder.files(), before, "something was written");
    }
}
