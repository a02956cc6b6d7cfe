//! The command and what is around it: its cache, its terminal, its help.

#![expect(
    clippy::unwrap_used,
    reason = "a panic of a test says what it has to say"
)]

use std::fs;
use std::path::{Path, PathBuf};

use tests::{Command, Folder, RIGHT, Said, jsonl, problem, rewardsmith, sample};

/// A command that finds nothing but an empty cache.
fn bare(folder: &Folder, command: Command) -> Command {
    command.env("REWARDSMITH_CACHE", folder.path().join("cache"))
}

#[test]
fn without_python_and_with_an_empty_cache_it_says_what_to_install() {
    let folder = Folder::new();
    let program = folder.write("program.py", "print(1)");
    for command in [
        rewardsmith!("setup"),
        rewardsmith!("demo"),
        rewardsmith!("run", program),
    ] {
        let said = bare(&folder, command).env("PATH", folder.path()).run(3);
        assert_eq!(said.stdout, "");
        let errors: Vec<_> = said
            .stderr
            .lines()
            .filter(|l| l.starts_with("rewardsmith:"))
            .collect();
        assert_eq!(errors.len(), 1, "{said:#?}");
        assert!(
            errors[0].contains("`python3`") && errors[0].contains("apt-get"),
            "{said:#?}"
        );
    }
    let left: Vec<_> = folder.files().into_keys().collect();
    assert_eq!(
        left,
        ["cache", "cache/lock", "program.py"],
        "nothing half-built is left"
    );
}

#[test]
fn without_a_network_it_says_so() {
    let folder = Folder::new();
    // A package index where nobody listens.
    let command = bare(&folder, rewardsmith!("setup")).env("PIP_INDEX_URL", "http://127.0.0.1:9/");
    let command = command.env("PIP_RETRIES", "0").env("PIP_NO_CACHE_DIR", "1");
    let said = command.env("PIP_CONFIG_FILE", "/dev/null").run(3);
    let last = said.stderr.lines().last().unwrap_or_default();
    assert!(last.starts_with("rewardsmith: "), "{said:#?}");
    assert!(
        last.contains("`componentize-py") && last.contains("check the network"),
        "{last}"
    );
}

#[test]
fn a_cache_that_cannot_be_made_is_named() {
    let folder = Folder::new();
    let file = folder.write("cache", "in the way");
    let said = bare(&folder, rewardsmith!("setup")).run(3);
    assert_eq!(said.stderr.lines().count(), 1, "{said:#?}");
    assert!(said.stderr.contains(&*file.to_string_lossy()), "{said:#?}");
    assert!(said.stderr.contains("REWARDSMITH_CACHE"), "{said:#?}");
}

#[test]
fn two_commands_that_meet_at_an_empty_cache_build_it_once_and_both_go_on() {
    // All but the last step is taken from the user's cache: the first ones need the network.
    let ready = rewardsmith!("setup", "python", "--format", "jsonl")
        .run(0)
        .summary();
    let text = |key: &str| ready[key].as_str().unwrap().to_owned();
    let compiled = PathBuf::from(text("path"));
    let cache = compiled.ancestors().nth(2).unwrap();
    let folder = Folder::new();
    let component = format!("python-{}", text("digest"));
    copy(
        &cache.join(&component),
        &folder.path().join("cache").join(&component),
    );

    let program = folder.write("program.py", "print(6 * 7)");
    let start = || bare(&folder, rewardsmith!("run", &program)).start();
    let both = [start(), start()].map(Said::by);
    for said in &both {
        assert_eq!(said.code, Some(0), "{said:#?}");
        assert_eq!(said.summary()["stdout"], "42\n");
    }
    assert_eq!(both[0].stdout, both[1].stdout);
    let built = both
        .iter()
        .filter(|said| said.stderr.contains("step 3 of 3"))
        .count();
    assert_eq!(built, 1, "{both:#?}");
    let entries = fs::read_dir(folder.path().join("cache")).unwrap().count();
    assert_eq!(entries, 3, "the component, its code, the lock");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn what_goes_to_files_and_pipes_has_no_escape_codes() {
    let folder = Folder::new();
    folder.write("p.jsonl", jsonl(&[problem("T/0")]));
    folder.write("s.jsonl", jsonl(&[sample("T/0", RIGHT)]));
    let eval = || rewardsmith!("eval", "--problems", "p.jsonl", "--samples", "s.jsonl");
    for (command, code) in [
        (eval(), 0),
        (eval().env("NO_COLOR", "1"), 0),
        (eval().arg("-k7"), 2),
        (rewardsmith!("--help"), 0),
        (rewardsmith!("eval", "--no-such-flag"), 2),
        (rewardsmith!("check", "--problems", "p.jsonl"), 0),
    ] {
        let said = command.within(folder.path()).run(code);
        assert!(
            !said.stdout.contains('\x1b') && !said.stderr.contains('\x1b'),
            "{said:#?}"
        );
    }
}

#[test]
fn a_candidates_words_reach_the_terminal_without_control_characters() {
    let folder = Folder::new();
    folder.write("p.jsonl", jsonl(&[problem("T/0")]));
    let rude = "    raise ValueError('\\x1b[2J\\x07\\r\\n\\u202e')\n";
    folder.write("s.jsonl", jsonl(&[sample("T/0", rude)]));
    let command = rewardsmith!("eval", "--problems", "p.jsonl", "--samples", "s.jsonl");
    command.within(folder.path()).run(0);
    let result = &folder.json_lines("s.jsonl_results.jsonl")[0]["result"];
    let result = result.as_str().unwrap();
    assert!(result.starts_with("failed: ValueError: "), "{result:?}");
    assert!(!result.chars().any(char::is_control), "{result:?}");
}

#[test]
fn the_help_lists_the_exit_codes_and_every_command() {
    let help = rewardsmith!("--help").run(0).stdout;
    let (_, codes) = help.split_once("Exit codes:").expect("they are listed");
    for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "130 "] {
        let listed = codes
            .lines()
            .any(|line| line.trim_start().starts_with(code));
        assert!(listed, "{code} is missing: {codes}");
    }
    for command in [
        "demo", "setup", "run", "check", "eval", "train", "ablate", "report",
    ] {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command} is missing: {help}"
        );
        rewardsmith!(command, "--help").run(0);
    }
    rewardsmith!("--version").run(0);
}
