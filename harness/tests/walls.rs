//! Tries each layer of the wall around workers from inside a process that confined itself, and
//! `doctor`, which reports them.
//!
//! Each test first sees that the act goes through without the layer: else it would prove nothing.
//! Where this kernel lacks a layer, or this user could not do the act anyway, a test says so on
//! standard error and ends.

#![allow(
    clippy::unwrap_used,
    reason = "what the tests share may panic as they do"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

const REWARDSMITH: &str = env!("CARGO_BIN_EXE_rewardsmith");

/// The number of the signal that a refused system call kills with, on every architecture we have.
const SIGSYS: i32 = 31;
const SIGXFSZ: i32 = 25;

/// A layer that changes nothing: with it alone there is no wall.
const NO_WALL: &str = "environment";

#[derive(Debug, PartialEq)]
enum End {
    Allowed,
    Refused(String),
    Killed(i32),
}

#[derive(Debug)]
struct Attempt {
    walls: BTreeMap<String, String>,
    end: End,
}

impl Attempt {
    fn of(output: &Output) -> Self {
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        let mut walls = BTreeMap::new();
        let mut end = None;
        for line in text.lines() {
            if line == "allowed" {
                end = Some(End::Allowed);
            } else if let Some(reason) = line.strip_prefix("refused: ") {
                end = Some(End::Refused(reason.to_owned()));
            } else if let Some((layer, state)) = line.split_once(' ') {
                walls.insert(layer.to_owned(), state.to_owned());
            }
        }
        let killed = output.status.signal().map(End::Killed);
        let end = killed.or(end).unwrap_or_else(|| panic!("{output:?}"));
        Self { walls, end }
    }

    fn lacks(&self, layer: &str) -> bool {
        self.walls[layer].starts_with("missing")
    }
}

fn probe(act: &str, only: Option<&str>) -> Attempt {
    let mut command = Command::new(REWARDSMITH);
    command.env_clear().args(["worker", "--probe", act]);
    if let Some(layer) = only {
        command.args(["--only", layer]);
    }
    Attempt::of(&command.stdin(Stdio::null()).output().unwrap())
}

/// Sees that `layer` by itself stops each of `acts`.
fn check(layer: &str, acts: &[&str]) {
    for act in acts {
        let without = probe(act, Some(NO_WALL));
        if without.end != End::Allowed {
            eprintln!("SKIPPED: `{act}` fails here without any wall: {without:?}");
            continue;
        }
        let with = probe(act, Some(layer));
        if with.lacks(layer) {
            eprintln!("SKIPPED: `{layer}` is {}", with.walls[layer]);
            return;
        }
        assert_ne!(with.end, End::Allowed, "`{act}` behind `{layer}`: {with:?}");
    }
}

#[test]
fn landlock_keeps_files_out_of_reach() {
    check("files", &["read-file", "make-file", "execute"]);
}

#[test]
fn landlock_keeps_tcp_out_of_reach() {
    check("tcp", &["connect", "listen"]);
}

#[test]
fn landlock_keeps_other_processes_out_of_reach() {
    check("processes", &["signal"]);
}

#[test]
fn limits_stop_new_descriptors() {
    check("limits", &["duplicate", "read-file", "datagram"]);
}

#[test]
fn a_byte_written_to_an_open_file_is_a_byte_too_much() {
    assert_eq!(probe("grow-file", Some(NO_WALL)).end, End::Allowed);
    let with = probe("grow-file", Some("limits"));
    assert_eq!(with.end, End::Killed(SIGXFSZ), "{with:?}");
}

#[test]
fn limits_stop_new_processes_unless_root_asks() {
    let with = probe("thread", Some("limits"));
    if with.walls["limits"].contains("root") {
        eprintln!("SKIPPED: root may start as many processes as it likes");
        return;
    }
    assert_ne!(with.end, End::Allowed, "{with:?}");
}

#[test]
fn privileges_are_gone() {
    check("privileges", &["privilege"]);
}

#[test]
fn a_system_call_beyond_judging_kills() {
    let acts = [
        "grow-file",
        "inherit",
        "duplicate",
        "connect",
        "listen",
        "datagram",
        "execute",
        "thread",
        "signal",
        "privilege",
        "executable",
    ];
    for act in acts {
        let attempt = probe(act, Some("syscalls"));
        if attempt.lacks("syscalls") {
            eprintln!("SKIPPED: `syscalls` is {}", attempt.walls["syscalls"]);
            return;
        }
        assert_eq!(attempt.end, End::Killed(SIGSYS), "`{act}`: {attempt:?}");
    }
}

#[test]
fn opening_a_file_fails_without_killing_because_libraries_try_it() {
    let attempt = probe("read-file", Some("syscalls"));
    if attempt.lacks("syscalls") {
        eprintln!("SKIPPED: `syscalls` is {}", attempt.walls["syscalls"]);
        return;
    }
    assert!(matches!(attempt.end, End::Refused(_)), "{attempt:?}");
}

#[test]
fn no_act_gets_through_the_whole_wall_and_a_quiet_worker_ends_well() {
    let acts = [
        "read-file",
        "make-file",
        "grow-file",
        "inherit",
        "duplicate",
        "connect",
        "listen",
        "datagram",
        "execute",
        "thread",
        "signal",
        "privilege",
        "executable",
    ];
    let quiet = probe("nothing", None);
    assert_eq!(quiet.end, End::Allowed, "{quiet:?}");
    assert_eq!(quiet.walls.len(), 9, "{quiet:?}");
    if quiet.lacks("syscalls") {
        eprintln!("SKIPPED: `syscalls` is {}", quiet.walls["syscalls"]);
        return;
    }
    for act in acts {
        let attempt = probe(act, None);
        assert_ne!(attempt.end, End::Allowed, "`{act}`: {attempt:?}");
    }
}

#[test]
fn a_descriptor_that_was_left_open_is_closed() {
    let inherit = |layer| {
        let script = r#"exec 7</etc/passwd; exec "$0" worker --probe inherit --only "$1""#;
        let output = Command::new("sh")
            .args(["-c", script, REWARDSMITH, layer])
            .output();
        Attempt::of(&output.unwrap()).end
    };
    assert_eq!(inherit(NO_WALL), End::Allowed);
    assert!(matches!(inherit("descriptors"), End::Refused(_)));
}

#[test]
fn an_inherited_environment_is_reported() {
    let mut command = Command::new(REWARDSMITH);
    command.args(["worker", "--probe", "nothing"]);
    let clean = Attempt::of(&command.env_clear().output().unwrap());
    let dirty = Attempt::of(&command.env("SECRET", "1").output().unwrap());
    assert_eq!(clean.walls["environment"], "held");
    assert!(dirty.lacks("environment"), "{dirty:?}");
}

#[test]
fn a_worker_does_not_outlive_its_parent() {
    let script = r#""$0" worker --probe outlive & wait"#;
    let mut shell = Command::new("sh")
        .args(["-c", script, REWARDSMITH])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(shell.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("syscalls ") {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended early");
    }
    shell.kill().unwrap();
    shell.wait().unwrap();
    // The worker has the pipe too: it ends when the worker does.
    let (ended, end) = channel();
    thread::spawn(move || ended.send(output.read_to_end(&mut Vec::new())));
    let end = end.recv_timeout(Duration::from_secs(30));
    assert!(end.is_ok(), "the worker is still there");
}

#[test]
fn judging_takes_no_system_call_that_the_wall_refuses() {
    // Standard input, sleeping, memory that grows and shrinks, and output that makes the host's own
    // heap grow and shrink.
    let source = "\
import sys, time, uuid
text = sys.stdin.read()
time.sleep(1)
data = [bytes(1 << 20) for _ in range(100)]
del data
print(text, uuid.uuid4(), time.time())
for _ in range(30):
    print('x' * 100_000)
";
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program.py");
    std::fs::write(&program, source).unwrap();
    let mut child = Command::new(REWARDSMITH)
        .arg("run")
        .arg(&program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"hello").unwrap();
    let output = child.wait_with_output().unwrap();
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(record["verdict"], "passed");
    assert!(record["stdout"].as_str().unwrap().starts_with("hello "));
}

fn doctor(path: &str) -> (Option<i32>, Vec<serde_json::Value>) {
    let cache = tempfile::tempdir().unwrap();
    let output = Command::new(REWARDSMITH)
        .args(["doctor", "--format", "jsonl"])
        .env("REWARDSMITH_CACHE", cache.path())
        .env("PATH", path)
        .output()
        .unwrap();
    let built = cache.path().read_dir().unwrap().count();
    assert_eq!(built, 0, "the doctor builds nothing");
    let text = String::from_utf8(output.stdout).unwrap();
    let findings = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (output.status.code(), findings.collect())
}

#[test]
fn the_doctor_reports_every_layer_of_the_wall() {
    let (_, findings) = doctor(&std::env::var("PATH").unwrap());
    let walls = findings.iter().filter(|finding| finding["type"] == "wall");
    let names: Vec<_> = walls.map(|wall| wall["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "descriptors",
            "environment",
            "parent",
            "privileges",
            "files",
            "tcp",
            "processes",
            "limits",
            "syscalls"
        ]
    );
}

#[test]
fn the_doctor_says_so_where_nothing_can_be_judged() {
    let (code, findings) = doctor("/nowhere");
    let state_of = |name: &str| {
        let found = findings.iter().find(|finding| finding["name"] == name);
        found.unwrap()["state"].clone()
    };
    assert_eq!(code, Some(3));
    assert_eq!(state_of("python3"), "missing");
    assert_eq!(state_of("python"), "missing");
}
