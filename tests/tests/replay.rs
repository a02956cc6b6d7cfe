//! A record says enough to be made again, and `replay` makes it: byte for byte, or it says in one
//! line what is not as it was.

use serde_json::Value;
use tests::{
    Command, Folder, RIGHT, Said, WRONG, jsonl, problem, rewardsmith, sample, toml_problem,
};

const RECORDS: &str = "s.jsonl_records.jsonl";

/// Problems, samples and the records of their evaluation.
fn evaluated() -> Folder {
    let folder = Folder::new();
    folder.write("p.jsonl", jsonl(&[problem("T/0"), problem("T/1")]));
    let samples = [
        sample("T/0", RIGHT),
        sample("T/1", WRONG),
        sample("T/0", "    return c\n"),
        sample("T/1", "    raise ValueError(hash(object()))\n"),
        sample("T/0", "    while True:\n        pass\n"),
    ];
    folder.write("s.jsonl", jsonl(&samples));
    rewardsmith!("eval", "--problems", "p.jsonl", "--samples", "s.jsonl")
        .words("--fuel 200000000 --jobs 2 --reward 0.9*binary+0.1*compiles")
        .within(folder.path())
        .run(0);
    folder
}

fn replay(folder: &Folder) -> Command {
    rewardsmith!("replay", RECORDS).within(folder.path())
}

/// `replay` must end with this code and say each of `says` on one line of standard error.
fn check(command: Command, code: i32, says: &[&str]) -> Said {
    let said = command.run(code);
    assert_eq!(said.stderr.lines().count(), 1, "{said:#?}");
    for words in says {
        assert!(
            said.stderr.contains(words),
            "`{words}` is missing: {said:#?}"
        );
    }
    said
}

#[test]
fn records_come_out_the_same_byte_for_byte() {
    let folder = evaluated();
    let said = replay(&folder).run(0);
    assert_eq!(said.stderr, "");
    assert_eq!(
        said.stdout,
        "5 of 5 records come out the same, byte for byte\n"
    );
    let said = replay(&folder).words("--format jsonl --jobs 1").run(0);
    assert_eq!(said.stdout, folder.read(RECORDS));
    // One line, as it stands in a log.
    let records = folder.read(RECORDS);
    let third = records.lines().nth(2).unwrap_or_default();
    let command = rewardsmith!("replay", "-")
        .within(folder.path())
        .stdin(third);
    let said = command.run(0);
    assert_eq!(
        said.stdout,
        "1 of 1 records come out the same, byte for byte\n"
    );
    let said = replay(&folder).words("--line 3 --format jsonl").run(0);
    assert_eq!(said.stdout.trim_end(), third);
}

#[test]
fn records_of_values_and_of_a_part_of_the_cases_come_out_the_same() {
    let folder = Folder::new();
    folder.write("add.toml", toml_problem("add", "a + b", "2 * a"));
    folder.write(
        "s.jsonl",
        jsonl(&[sample("add", RIGHT), sample("add", "    return 2 * a\n")]),
    );
    let eval = || rewardsmith!("eval", "--problems", ".", "--samples", "s.jsonl");
    for (options, reward) in [("--reward weighted:1.5", 0.25), ("--visible-only", 1.0)] {
        eval().words(options).within(folder.path()).run(0);
        assert_eq!(folder.json_lines(RECORDS)[1]["reward"], reward);
        replay(&folder).run(0);
    }
}

#[test]
fn what_is_not_as_it_was_is_said_in_one_line() {
    let change = |name: &str, from: &str, to: &str| {
        let folder = evaluated();
        let text = folder.read(name);
        assert!(text.contains(from), "`{from}` is in `{name}`");
        folder.write(name, text.replacen(from, to, 1));
        folder
    };
    let line = |folder: &Folder| replay(folder).words("--line 1");
    let folder = change("s.jsonl", "a + b", "b + a");
    check(
        line(&folder),
        6,
        &["records.jsonl:1: `T/0`", "candidate has changed"],
    );
    let folder = change("p.jsonl", "== 3", "== 4");
    check(line(&folder), 6, &["tests have changed"]);
    let folder = change("p.jsonl", "T/0", "T/9");
    check(line(&folder), 2, &["s.jsonl:1", "`T/0`"]);
    let folder = change("s.jsonl", "{", "\n{");
    check(
        line(&folder),
        6,
        &["line 1 of the samples is not one for `T/0`"],
    );
    for (key, words) in [
        ("guest", "the guest was `x"),
        ("engine", "the judge was `x"),
        ("version", "the version was `x"),
    ] {
        let from = format!("\"{key}\":\"");
        let folder = change(RECORDS, &from, &format!("{from}x"));
        check(line(&folder), 6, &[words, "cannot come out the same"]);
    }
    let folder = change(
        RECORDS,
        "\"limits\":{\"fuel\":200000000",
        "\"limits\":{\"fuel\":300000000",
    );
    check(
        line(&folder),
        6,
        &["the limit of fuel was 300000000 and is 200000000"],
    );
}

#[test]
fn a_record_that_lies_is_told_from_one_whose_inputs_have_changed() {
    let folder = evaluated();
    let records = folder.read(RECORDS);
    folder.write(
        RECORDS,
        records.replacen("\"verdict\":\"passed\"", "\"verdict\":\"wrong_answer\"", 1),
    );
    let says = [
        "records.jsonl:1: `T/0`",
        "`verdict` was \"wrong_answer\" and is \"passed\"",
    ];
    let said = check(replay(&folder), 1, &says);
    assert_eq!(
        said.stdout,
        "4 of 5 records come out the same, byte for byte\n"
    );
    let said = check(replay(&folder).words("--format jsonl"), 1, &says);
    assert_eq!(
        said.stdout, records,
        "what is shown is how it comes out now"
    );
    folder.write(
        RECORDS,
        records.replacen("{\"task_id\"", "{ \"task_id\"", 1),
    );
    check(replay(&folder), 1, &["the same in other bytes"]);
}

#[test]
fn moved_inputs_are_found_beside_the_records_or_where_they_are_said_to_be() {
    let folder = evaluated();
    let elsewhere = Folder::new();
    for (name, bytes) in folder.files() {
        elsewhere.write(&name, bytes);
    }
    let records = elsewhere.path().join(RECORDS);
    let away = Folder::new();
    let command = || rewardsmith!("replay", &records).within(away.path());
    check(command(), 2, &["p.jsonl", "no such file"]);
    let problems = elsewhere.path().join("p.jsonl");
    command().arg("--problems").arg(&problems).run(0);
    let samples = folder.path().join("s.jsonl");
    let command = command().arg("--problems").arg(&problems);
    command.arg("--samples").arg(samples).run(0);
}

#[test]
fn what_is_no_record_is_refused() {
    let folder = evaluated();
    let records = folder.read(RECORDS);
    for (text, says) in [
        ("", "no records"),
        ("[]\n", "records.jsonl:1"),
        ("{\"task_id\":\"T/0\"}\n", "`line`"),
        (&records[..records.len() - 9], "records.jsonl:5"),
    ] {
        folder.write(RECORDS, text);
        check(replay(&folder), 2, &[RECORDS, says]);
    }
    folder.write(RECORDS, records);
    check(replay(&folder).words("--line 6"), 2, &["no line 6"]);
    check(
        rewardsmith!("replay", "no.jsonl").within(folder.path()),
        2,
        &["no.jsonl"],
    );
}

#[test]
fn equal_candidates_are_judged_once_and_the_files_are_the_same() {
    let folder = Folder::new();
    folder.write("p.jsonl", jsonl(&[problem("T/0"), problem("T/1")]));
    let completion = |index: usize| [RIGHT, WRONG, "    return c\n", RIGHT][index % 4];
    let row = |index: usize| sample(["T/0", "T/1"][index / 4 % 2], completion(index));
    folder.write("s.jsonl", jsonl(&(0..80).map(row).collect::<Vec<Value>>()));
    let eval = |options: &str| {
        let command = rewardsmith!("eval", "--problems", "p.jsonl", "--samples", "s.jsonl");
        let said = command
            .words(options)
            .words("--format jsonl")
            .within(folder.path())
            .run(0);
        let mut lines = said.json_lines();
        let summary = lines.pop().unwrap_or_default();
        assert_eq!(lines.len(), 80, "every candidate has its line");
        (
            summary["judged"].clone(),
            summary["reused"].clone(),
            folder.files(),
        )
    };
    let (judged, reused, once) = eval("");
    // Two problems have equal tests, so equal programs for them are equal candidates.
    assert_eq!((judged, reused), (3.into(), 77.into()));
    let (judged, reused, each) = eval("--no-reuse");
    assert_eq!((judged, reused), (80.into(), 0.into()));
    assert_eq!(once, each);
}
