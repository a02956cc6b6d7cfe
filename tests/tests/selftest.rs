//! Nothing is scored by a judge that lets a canary pass or an honest program fail.

use std::path::PathBuf;

use tests::{Command, Folder, RIGHT, jsonl, problem, rewardsmith, rust_is_there, sample};

const VARIABLE: &str = "REWARDSMITH_CANARIES";

#[test]
fn the_built_in_canaries_are_rejected_and_the_honest_programs_pass() {
    let said = rewardsmith!("selftest").words("--format jsonl").run(0);
    assert_eq!(said.stderr, "");
    let found = said.json_lines();
    assert_eq!(found[0]["language"], "python");
    assert!(found[0]["canaries"].as_u64() >= Some(50), "{found:?}");
    for language in &found {
        assert_eq!(language["type"], "selftest");
        assert_eq!(language["canaries"], language["rejected"]);
        assert_eq!(language["honest"], language["passed"]);
    }
    let said = rewardsmith!("selftest", "python").run(0);
    assert!(said.stdout.starts_with("python: "), "{said:#?}");
}

#[test]
fn that_the_command_tested_is_kept() {
    if !rust_is_there!() {
        return;
    }
    let cache = Folder::new();
    rewardsmith!("selftest", "rust")
        .env("REWARDSMITH_CACHE", cache.path())
        .run(0);
    let kept = |name: &String| name.starts_with("selftest-rust-");
    let kept = cache.files().into_keys().filter(kept).count();
    assert_eq!(kept, 1);
}

/// A folder of more canaries with this program, under a head comment of this family.
fn canaries(family: &str, program: &str) -> Folder {
    let folder = Folder::new();
    let text = format!("# problem: code/total\n# idea: {family}: a test\n\n{program}");
    folder.write_in("python", "mine.py", text);
    folder
}

/// Good problems and samples, and the command that scores them.
fn inputs() -> (Folder, impl Fn() -> Command) {
    let folder = Folder::new();
    folder.write("p.jsonl", jsonl(&[problem("T/0")]));
    folder.write("s.jsonl", jsonl(&[sample("T/0", RIGHT)]));
    let path: PathBuf = folder.path().to_owned();
    let eval = move || {
        let command = rewardsmith!("eval", "--problems", "p.jsonl", "--samples", "s.jsonl");
        command.within(&path)
    };
    (folder, eval)
}

const HONEST: &str = "def total(numbers):\n    return sum(numbers)\n";

#[test]
fn where_a_canary_sings_nothing_is_scored_and_nothing_is_written() {
    let (folder, eval) = inputs();
    let before = folder.files();
    for (family, program, says) in [
        // What is right passes: as a canary it is one that the judge does not catch.
        (
            "forging the comparison",
            HONEST,
            "`mine.py@code/total` must not pass and does",
        ),
        (
            "honest",
            "def total(numbers):\n    return 7\n",
            "must pass and is `wrong_answer`",
        ),
    ] {
        let more = canaries(family, program);
        let said = rewardsmith!("selftest").env(VARIABLE, more.path()).run(5);
        assert!(said.stderr.contains(says), "{said:#?}");
        // Not even the second time, when all other canaries are known.
        for _ in 0..2 {
            let said = eval().env(VARIABLE, more.path()).run(5);
            assert_eq!(said.stdout, "");
            assert_eq!(said.stderr.lines().count(), 1, "{said:#?}");
            for words in [
                says,
                "self-test failed",
                "nothing is scored",
                "rewardsmith selftest",
            ] {
                assert!(
                    said.stderr.contains(words),
                    "`{words}` is missing: {said:#?}"
                );
            }
            assert_eq!(folder.files(), before);
        }
        for words in ["check --problems p.jsonl", "demo"] {
            let command = rewardsmith!().words(words).within(folder.path());
            command.env(VARIABLE, more.path()).run(5);
        }
    }
    eval().run(0);
}

#[test]
fn canaries_of_the_users_own_are_tested_too() {
    let (_folder, eval) = inputs();
    let count = |command: Command| {
        let said = command.words("python --format jsonl").run(0);
        said.summary()["canaries"].as_u64()
    };
    let more = canaries(
        "faking completion",
        "def total(numbers):\n    return True\n",
    );
    let own = count(rewardsmith!("selftest").env(VARIABLE, more.path()));
    assert_eq!(
        own,
        count(rewardsmith!("selftest")).map(|built_in| built_in + 1)
    );
    eval().env(VARIABLE, more.path()).run(0);
    let said = eval().env(VARIABLE, more.path().join("none")).run(2);
    assert!(said.stderr.contains("none"), "{said:#?}");
    more.write_in("python", "bad.py", "pass\n");
    let said = eval().env(VARIABLE, more.path()).run(2);
    assert!(said.stderr.contains("canary `bad.py`"), "{said:#?}");
}
