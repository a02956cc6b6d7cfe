//! The attack corpus through the public command: nothing hostile passes, nothing honest fails, and
//! no candidate feels the one before it.

#![allow(
    clippy::unwrap_used,
    reason = "what cannot go on has failed, and the panic says where"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use tests::attacks::{Attack, corpus, folder, honest_programs};
use tests::{Folder, jsonl, rewardsmith, rust_is_there};

/// What is attacked in one language.
struct Attacked {
    language: &'static str,
    /// Whose programs are handed in.
    corpora: &'static [&'static str],
    /// The files of problems.
    problems: &'static [&'static str],
    /// A budget within which every program of the corpora ends, or is meant not to end.
    fuel: &'static str,
    /// The corpora may grow, and not shrink by accident.
    attacks_min: usize,
    honest_min: usize,
}

const PYTHON: Attacked = Attacked {
    language: "python",
    corpora: &["python"],
    problems: &["problems.jsonl", "values.jsonl"],
    fuel: "1000000000",
    attacks_min: 130,
    honest_min: 30,
};

const JAVASCRIPT: Attacked = Attacked {
    language: "javascript",
    corpora: &["javascript"],
    problems: &["javascript.jsonl", "small_values.jsonl"],
    fuel: "1000000000",
    attacks_min: 40,
    honest_min: 9,
};

/// Every program in JavaScript is one in TypeScript, too.
const TYPESCRIPT: Attacked = Attacked {
    language: "typescript",
    corpora: &["javascript", "typescript"],
    problems: &["typescript.jsonl", "small_values.jsonl"],
    fuel: "1000000000",
    attacks_min: 42,
    honest_min: 10,
};

const RUST: Attacked = Attacked {
    language: "rust",
    corpora: &["rust"],
    problems: &["rust.jsonl", "small_values.jsonl"],
    fuel: "1000000000",
    attacks_min: 40,
    honest_min: 8,
};

const CPP: Attacked = Attacked {
    language: "cpp",
    corpora: &["cpp"],
    problems: &["cpp.jsonl", "small_values.jsonl"],
    fuel: "1000000000",
    attacks_min: 60,
    honest_min: 9,
};

/// There are no values in C, so its programs read standard input. One of the honest takes a hundred
/// million steps.
const C: Attacked = Attacked {
    language: "c",
    corpora: &["c"],
    problems: &["programs.jsonl"],
    fuel: "3000000000",
    attacks_min: 130,
    honest_min: 30,
};

/// One line of a file of samples.
struct Entry<'a> {
    task: &'a str,
    source: &'a str,
    name: &'a str,
    verdict: &'a str,
}

impl Attacked {
    fn attacks(&self) -> Vec<Attack> {
        self.corpora.iter().flat_map(|name| corpus(name)).collect()
    }

    fn problems(&self) -> impl Iterator<Item = PathBuf> {
        self.problems.iter().map(|name| folder().join(name))
    }

    /// A right program for each problem of a file: one that the file brings, or the first of the
    /// honest ones for it in the corpus.
    fn honest(&self, problems: &Path, attacks: &[Attack]) -> Vec<(String, String)> {
        let brought = honest_programs(problems);
        let right = |(task, program): (String, Option<String>)| {
            let of_corpus = || {
                let mut honest = attacks.iter().filter(|it| it.is_honest());
                let first = honest.find(|it| it.problems.contains(&task));
                first.map(|it| it.source.clone())
            };
            let program = program.filter(|_| self.language == "python");
            let program = program.or_else(of_corpus);
            let found = program.unwrap_or_else(|| panic!("nothing honest solves `{task}`"));
            (task, found)
        };
        brought.into_iter().map(right).collect()
    }

    /// Every attack on the problems of a file, in each of which an honest program follows it.
    fn check_problems(&self, problems: &Path, attacks: &[Attack]) -> String {
        let honest = self.honest(problems, attacks);
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
        let mut wrong = String::new();
        let found = self.eval(problems, &entries);
        for (index, (entry, (verdict, detail))) in entries.iter().zip(found).enumerate() {
            if verdict != entry.verdict {
                let before = index.checked_sub(1).map_or("nothing", |i| entries[i].name);
                writeln!(
                    wrong,
                    "{} ({}, after {before}): expected `{}`, found `{verdict}`: {detail}",
                    entry.name, entry.task, entry.verdict,
                )
                .unwrap();
            }
        }
        wrong
    }

    /// Runs `eval` over the entries with two workers and returns what it found, in their order.
    fn eval(&self, problems: &Path, entries: &[Entry<'_>]) -> Vec<(String, String)> {
        let folder = Folder::new();
        let row = |it: &Entry<'_>| json!({"task_id": it.task, "solution": it.source});
        folder.write(
            "s.jsonl",
            jsonl(&entries.iter().map(row).collect::<Vec<_>>()),
        );
        // The honest program behind each attack must be judged again each time.
        rewardsmith!("eval", "--samples", "s.jsonl", "--problems", problems)
            .words("--jobs 2 --no-reuse --allow-missing --language")
            .arg(self.language)
            .words("--fuel")
            .arg(self.fuel)
            .within(folder.path())
            .run(0);
        let records = folder.json_lines("s.jsonl_records.jsonl");
        assert_eq!(records.len(), entries.len());
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let found = |it: &serde_json::Value| (text(&it["verdict"]), text(&it["detail"]));
        records.iter().map(found).collect()
    }

    fn check(&self) {
        let attacks = self.attacks();
        let problems = self.problems();
        let wrong: String = problems
            .map(|file| self.check_problems(&file, &attacks))
            .collect();
        assert!(wrong.is_empty(), "\n{wrong}");
    }

    fn check_size(&self) {
        let attacks = self.attacks();
        let language = self.language;
        let honest = attacks.iter().filter(|attack| attack.is_honest()).count();
        let hostile = attacks.len() - honest;
        assert!(hostile >= self.attacks_min, "{language}: {hostile} attacks");
        assert!(honest >= self.honest_min, "{language}: {honest} honest");
        let known: BTreeSet<String> = self
            .problems()
            .flat_map(|file| honest_programs(&file))
            .map(|(id, _)| id)
            .collect();
        for attack in &attacks {
            let name = &attack.name;
            assert_eq!(
                attack.is_honest(),
                attack.verdict == "passed",
                "`{name}`: what is honest passes, and nothing else",
            );
            for problem in &attack.problems {
                let is_known = known.contains(problem);
                assert!(is_known, "`{name}` attacks the unknown problem `{problem}`");
            }
        }
    }
}

#[test]
fn every_python_attack_gets_the_verdict_of_its_head_comment() {
    PYTHON.check();
}

#[test]
fn every_javascript_attack_gets_the_verdict_of_its_head_comment() {
    JAVASCRIPT.check();
}

#[test]
fn every_typescript_attack_gets_the_verdict_of_its_head_comment() {
    TYPESCRIPT.check();
}

#[test]
fn every_rust_attack_gets_the_verdict_of_its_head_comment() {
    if rust_is_there!() {
        RUST.check();
    }
}

#[test]
#[ignore = "the C++ guest takes minutes to build, and the corpus minutes to judge"]
fn every_cpp_attack_gets_the_verdict_of_its_head_comment() {
    CPP.check();
}

#[test]
#[ignore = "the C++ guest takes minutes to build, and the corpus minutes to judge"]
fn every_c_attack_gets_the_verdict_of_its_head_comment() {
    C.check();
}

#[test]
fn each_corpus_is_large_enough_and_says_what_it_means() {
    for attacked in [PYTHON, JAVASCRIPT, TYPESCRIPT, RUST, CPP, C] {
        attacked.check_size();
    }
}
