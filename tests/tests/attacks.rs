//! The attack corpus through the public command: nothing hostile passes, nothing honest fails, and
//! no candidate feels the one before it.

#![allow(
    clippy::unwrap_used,
    reason = "what cannot go on has failed, and the panic says where"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tests::attacks::{Attack, corpus, folder, honest_programs};

/// Every program of the corpus ends well within it, or is meant not to end.
const FUEL: &str = "1000000000";

/// The corpus may grow, and not shrink by accident.
const ATTACKS_MIN: usize = 130;
const HONEST_MIN: usize = 30;

/// One line of a file of samples.
struct Entry<'a> {
    task: &'a str,
    source: &'a str,
    name: &'a str,
    verdict: &'a str,
}

/// What the command found for one line.
struct Found {
    verdict: String,
    detail: String,
}

/// The attacks on the problems of one file, an honest program for the same problem behind each.
fn entries<'a>(attacks: &'a [Attack], honest: &'a [(String, String)]) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for attack in attacks {
        for problem in &attack.problems {
            let Some((task, solution)) = honest.iter().find(|(id, _)| id == problem) else {
                continue;
            };
            entries.push(Entry {
                task,
                source: &attack.source,
                name: &attack.name,
                verdict: &attack.verdict,
            });
            entries.push(Entry {
                task,
                source: solution,
                name: "the honest program behind it",
                verdict: "passed",
            });
        }
    }
    entries
}

/// Runs `eval` over the entries with two workers and returns what it found, in their order.
fn eval(problems: &Path, entries: &[Entry<'_>]) -> Vec<Found> {
    let work = tempfile::tempdir().unwrap();
    let samples = work.path().join("samples.jsonl");
    let mut lines = String::new();
    for entry in entries {
        let line = json!({"task_id": entry.task, "solution": entry.source});
        writeln!(lines, "{line}").unwrap();
    }
    fs::write(&samples, lines).unwrap();
    let out = work.path().join("out");
    let output = Command::new(env!("CARGO_BIN_EXE_rewardsmith-under-test"))
        .args(["eval", "--format", "jsonl", "--jobs", "2", "--fuel", FUEL])
        // The honest program behind each attack must be judged again each time.
        .arg("--no-reuse")
        .arg("--allow-missing")
        .arg("--problems")
        .arg(problems)
        .arg("--samples")
        .arg(&samples)
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    let records = out.join("samples.jsonl_records.jsonl");
    let Ok(records) = fs::read_to_string(&records) else {
        panic!(
            "`eval` of `{}` left no records: {}",
            problems.display(),
            String::from_utf8_lossy(&output.stderr)
        );
    };
    let found: Vec<Found> = records
        .lines()
        .map(|line| {
            let record: Value = serde_json::from_str(line).unwrap();
            let value_of = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
            Found {
                verdict: value_of("verdict"),
                detail: value_of("detail"),
            }
        })
        .collect();
    assert_eq!(found.len(), entries.len());
    found
}

fn problem_files() -> [PathBuf; 2] {
    ["problems.jsonl", "values.jsonl"].map(|name| folder().join(name))
}

#[test]
fn every_python_attack_gets_the_verdict_of_its_head_comment() {
    let attacks = corpus("python");
    let mut wrong = String::new();
    for problems in problem_files() {
        let honest = honest_programs(&problems);
        let entries = entries(&attacks, &honest);
        for (index, (entry, found)) in entries.iter().zip(eval(&problems, &entries)).enumerate() {
            if found.verdict != entry.verdict {
                let before = index.checked_sub(1).map_or("nothing", |i| entries[i].name);
                writeln!(
                    wrong,
                    "{} ({}, after {before}): expected `{}`, found `{}`: {}",
                    entry.name, entry.task, entry.verdict, found.verdict, found.detail,
                )
                .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_python_corpus_is_large_enough_and_says_what_it_means() {
    let attacks = corpus("python");
    let honest = attacks.iter().filter(|attack| attack.is_honest()).count();
    assert!(attacks.len() - honest >= ATTACKS_MIN, "too few attacks");
    assert!(honest >= HONEST_MIN, "too few honest programs: {honest}");

    let known: BTreeSet<String> = problem_files()
        .iter()
        .flat_map(|file| honest_programs(file))
        .map(|(id, _)| id)
        .collect();
    for attack in &attacks {
        assert_eq!(
            attack.is_honest(),
            attack.verdict == "passed",
            "`{}`: what is honest passes, and nothing else",
            attack.name
        );
        for problem in &attack.problems {
            assert!(
                known.contains(problem),
                "`{}` attacks the unknown problem `{problem}`",
                attack.name
            );
        }
    }
}
