//! Whatever ends an evaluation, the same command goes on: no candidate is judged twice, and the
//! files come out as those of a run that nobody disturbed.

#![expect(
    clippy::unwrap_used,
    reason = "a panic of a test says what it has to say"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{self, Child};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tests::{Command, Folder, RIGHT, Said, WRONG, jsonl, problem, rewardsmith, sample};

/// Enough that the command is still at it when a test has seen the journal grow.
const CANDIDATES: usize = 60;

/// Burns some 100 ms, so that a test can act between two candidates.
const SLOW: &str = "    for _ in range(400_000):\n        pass\n    return a + b\n";

const JOURNAL: &str = "s.jsonl_journal.jsonl";

/// Problems and samples whose evaluation takes a while.
fn inputs() -> Folder {
    let folder = Folder::new();
    folder.write("p.jsonl", jsonl(&[problem("T/0"), problem("T/1")]));
    let row = |index: usize| {
        let completion = [SLOW, RIGHT, WRONG, SLOW, "    return c\n"][index % 5];
        let mut row = sample(["T/0", "T/1"][index % 2], completion);
        row["n"] = index.into();
        row
    };
    folder.write(
        "s.jsonl",
        jsonl(&(0..CANDIDATES).map(row).collect::<Vec<Value>>()),
    );
    folder
}

fn eval(folder: &Folder) -> Command {
    rewardsmith!("eval", "--problems", "p.jsonl", "--samples", "s.jsonl")
        .words("--format jsonl --jobs 2 --no-reuse")
        .within(folder.path())
}

/// The files of a run that nobody disturbed.
fn undisturbed() -> BTreeMap<String, Vec<u8>> {
    let folder = inputs();
    eval(&folder).run(0);
    folder.files()
}

/// How many candidates the journal knows: its whole lines but the first.
fn known(folder: &Folder) -> usize {
    let journal = fs::read(folder.path().join(JOURNAL)).unwrap_or_default();
    // The rest after the last line end is no whole line, and the first line is no candidate.
    journal
        .split(|byte| *byte == b'\n')
        .count()
        .saturating_sub(2)
}

/// Starts the command and waits until the journal knows so many candidates.
fn start_until(folder: &Folder, candidates: usize) -> Child {
    let mut child = eval(folder).start();
    while known(folder) < candidates {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before it could be disturbed"
        );
        thread::yield_now();
    }
    child
}

/// Runs the command to its end: it must judge what was not known, nothing else, and leave the files
/// of an undisturbed run.
fn check_goes_on(folder: &Folder, expected: &BTreeMap<String, Vec<u8>>) {
    let before = known(folder);
    let said = eval(folder).run(0);
    let judged = said.json_lines().len() - 1;
    assert_eq!(
        judged,
        CANDIDATES - before,
        "{before} of {CANDIDATES} were known before"
    );
    assert_eq!(&folder.files(), expected);
}

#[test]
fn killed_at_any_moment_it_goes_on_to_the_same_bytes() {
    let expected = undisturbed();
    let folder = inputs();
    // One evaluation, killed again and again: what was known never gets less.
    for candidates in [0, 1, 7, 20, 40, 55] {
        let before = known(&folder);
        let mut child = start_until(&folder, candidates);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(known(&folder) >= before.max(candidates));
    }
    check_goes_on(&folder, &expected);
}

#[test]
fn an_interrupt_stops_it_and_it_says_how_to_go_on() {
    let expected = undisturbed();
    let folder = inputs();
    let child = start_until(&folder, 5);
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::INT).unwrap();
    let said = Said::by(child);
    assert_eq!(said.code, Some(130), "{said:#?}");
    assert_eq!(
        said.json_lines().len(),
        known(&folder),
        "what was shown is what is kept"
    );
    assert!(
        said.stderr.contains("run the same command to go on"),
        "{said:#?}"
    );
    assert!(said.stderr.contains(JOURNAL), "{said:#?}");
    check_goes_on(&folder, &expected);
}

/// A journal that knows every candidate: that of a run whose results found no room.
fn whole_journal() -> (Folder, Vec<u8>) {
    let folder = inputs();
    let unfinished = folder.path().join("s.jsonl_results.jsonl.unfinished");
    symlink("/dev/full", &unfinished).unwrap();
    let said = eval(&folder).run(3);
    assert_eq!(said.stderr.lines().count(), 1, "{said:#?}");
    for words in [
        "s.jsonl_results.jsonl",
        "No space left",
        "run the same command again",
    ] {
        assert!(
            said.stderr.contains(words),
            "`{words}` is missing: {said:#?}"
        );
    }
    let journal = fs::read(folder.path().join(JOURNAL)).unwrap();
    (folder, journal)
}

#[test]
fn results_that_find_no_room_cost_nothing_that_was_judged() {
    let expected = undisturbed();
    let (folder, journal) = whole_journal();
    assert_eq!(known(&folder), CANDIDATES);
    check_goes_on(&folder, &expected);
    // Killed after the results were written and before the journal went.
    folder.write(JOURNAL, journal);
    check_goes_on(&folder, &expected);
}

#[test]
fn a_last_line_that_was_cut_short_costs_that_candidate_alone() {
    let expected = undisturbed();
    let (folder, journal) = whole_journal();
    let last = journal.len() - 1;
    let line_start = journal[..last]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap()
        + 1;
    for cut in [line_start + 1, line_start + 30, last] {
        folder.write(JOURNAL, &journal[..cut]);
        assert_eq!(known(&folder), CANDIDATES - 1);
        check_goes_on(&folder, &expected);
    }
}

#[test]
fn a_malformed_tail_costs_the_candidates_on_it_alone() {
    let expected = undisturbed();
    let (folder, journal) = whole_journal();
    let lines: Vec<&[u8]> = journal.split_inclusive(|byte| *byte == b'\n').collect();
    // What a file system may leave after a loss of power: zeros where the last lines were.
    let kept = lines[..lines.len() - 2].concat();
    for tail in [&[0; 700][..], b"\0\0\0\n\0\0", b"{\"candidate\":\n"] {
        folder.write(JOURNAL, [&kept, tail].concat());
        let said = eval(&folder).run(0);
        assert_eq!(
            said.json_lines().len() - 1,
            2,
            "only those were judged again"
        );
        let notes = usize::from(tail.contains(&b'\n'));
        assert_eq!(said.stderr.lines().count(), notes, "{said:#?}");
        assert_eq!(folder.files(), expected);
    }
}

/// A file system of a few kilobytes under the folder, if whoever runs the tests may make one.
fn small_disk(folder: &Folder) -> Option<PathBuf> {
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mut mount = process::Command::new("mount");
    mount
        .args(["-t", "tmpfs", "-o", "size=8k", "none"])
        .arg(&disk);
    let mounted = mount.output().is_ok_and(|output| output.status.success());
    if !mounted {
        // Not by `eprintln!`, which a test that passes swallows.
        let _ = writeln!(io::stderr(), "skipped: no file system can be mounted here");
    }
    mounted.then_some(disk)
}

/// Unmounts it, however the test ends.
struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = process::Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_one_clear_error_and_what_was_judged_is_kept() {
    let expected = undisturbed();
    let folder = inputs();
    let Some(disk) = small_disk(&folder) else {
        return;
    };
    let mounted = Mounted(disk.clone());
    let on_disk = || eval(&folder).words("--out disk");
    let said = on_disk().run(3);
    assert_eq!(said.stderr.lines().count(), 1, "{said:#?}");
    for words in [JOURNAL, "No space left", "run the same command again"] {
        assert!(
            said.stderr.contains(words),
            "`{words}` is missing: {said:#?}"
        );
    }
    let journal = fs::read(disk.join(JOURNAL)).unwrap();
    let before = journal
        .split(|byte| *byte == b'\n')
        .count()
        .saturating_sub(2);
    assert!((1..CANDIDATES).contains(&before), "{before}");
    // Room is made, and the same command goes on.
    let mut remount = process::Command::new("mount");
    remount.args(["-o", "remount,size=4m"]).arg(&disk);
    assert!(remount.status().unwrap().success());
    let said = on_disk().run(0);
    assert_eq!(said.json_lines().len() - 1, CANDIDATES - before);
    for name in ["s.jsonl_results.jsonl", "s.jsonl_records.jsonl"] {
        assert_eq!(fs::read(disk.join(name)).unwrap(), expected[name], "{name}");
    }
    drop(mounted);
}

#[test]
fn a_journal_that_finds_no_room_is_one_clear_error_and_what_it_holds_is_kept() {
    let expected = undisturbed();
    let folder = inputs();
    // The shell counts in KiB; without the trap the signal would end the command.
    let said = eval(&folder)
        .after_shell("trap '' XFSZ; ulimit -f 4")
        .run(3);
    assert_eq!(said.stderr.lines().count(), 1, "{said:#?}");
    assert!(said.stderr.contains(JOURNAL), "{said:#?}");
    assert!((1..CANDIDATES).contains(&known(&folder)));
    check_goes_on(&folder, &expected);
}

#[test]
fn the_journal_of_another_evaluation_is_refused_and_left_alone() {
    let (folder, journal) = whole_journal();
    let fuel = eval(&folder).words("--fuel 5000000000");
    let fewer_memory = eval(&folder).words("--memory-mib 256");
    let other_code = inputs();
    other_code.write(JOURNAL, &journal);
    let text = other_code.read("s.jsonl").replacen("a + b", "b + a", 1);
    other_code.write("s.jsonl", text);
    let other_tests = inputs();
    other_tests.write(JOURNAL, &journal);
    let text = other_tests.read("p.jsonl").replacen("== 3", "== 4", 1);
    other_tests.write("p.jsonl", text);
    for (command, folder) in [
        (fuel, &folder),
        (fewer_memory, &folder),
        (eval(&other_code), &other_code),
        (eval(&other_tests), &other_tests),
    ] {
        let said = command.run(2);
        assert_eq!(said.stderr.lines().count(), 1, "{said:#?}");
        assert!(said.stderr.contains(&format!("{JOURNAL}:1: ")), "{said:#?}");
        assert!(said.stderr.contains("another evaluation"), "{said:#?}");
        assert_eq!(fs::read(folder.path().join(JOURNAL)).unwrap(), journal);
    }
}

#[test]
fn a_second_command_on_the_same_samples_is_refused_while_the_first_is_at_it() {
    let expected = undisturbed();
    let folder = inputs();
    let first = start_until(&folder, 1);
    let said = eval(&folder).run(2);
    assert!(said.stderr.contains("another process"), "{said:#?}");
    let said = Said::by(first);
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert_eq!(folder.files(), expected);
}

#[test]
fn a_worker_that_is_killed_costs_its_candidate_another_attempt_and_nothing_else() {
    let expected = undisturbed();
    let folder = inputs();
    let child = start_until(&folder, 3);
    let workers = children(child.id());
    assert_eq!(workers.len(), 2);
    for worker in workers {
        // It may have ended by itself in the meantime.
        let _ = kill_process(worker, Signal::KILL);
    }
    let said = Said::by(child);
    assert_eq!(said.code, Some(0), "{said:#?}");
    assert_eq!(folder.files(), expected);
}

/// The processes that this one has started.
fn children(parent: u32) -> Vec<Pid> {
    let tasks = PathBuf::from(format!("/proc/{parent}/task"));
    let lists = fs::read_dir(tasks)
        .unwrap()
        .map(|task| task.unwrap().path().join("children"));
    let lists: Vec<String> = lists
        .filter_map(|list| fs::read_to_string(list).ok())
        .collect();
    let numbers = lists.iter().flat_map(|list| list.split_whitespace());
    numbers
        .filter_map(|number| Pid::from_raw(number.parse().ok()?))
        .collect()
}
