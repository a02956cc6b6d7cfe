//! Training and sampling from outside: a configuration becomes a model that samples, a seed decides
//! everything, and a run that dies goes on where it was.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::{Folder, forget_times, rewardsmith};

/// A few steps of the smallest model on few rows, measured on a few problems.
const CONFIG: &str = r#"
algorithm = "sft"
seed = 3
threads = 2
[model]
preset = "tiny"
vocab_size = 300
[data]
source = "builtin:micro"
rows = 200
fim_rate = 0.2
[optimiser]
steps = 6
batch_tokens = 600
micro_batch_tokens = 200
lr = 3e-3
warmup_steps = 2
[checkpoint]
every = 2
[evaluation]
problems = "builtin:micro/test?n=4&seed=7"
samples = 2
max_new_tokens = 12
every = 3
"#;

fn folder(config: &str) -> Folder {
    let folder = Folder::new();
    folder.write("c.toml", config);
    folder
}

fn train(folder: &Folder, words: &str) -> tests::Said {
    rewardsmith!("train", "c.toml")
        .words(words)
        .within(folder.path())
        .run(0)
}

/// The curve without the numbers that a clock decides.
fn curve(folder: &Folder, run: &str) -> Vec<Value> {
    let mut lines = folder.json_lines(&format!("{run}/metrics.jsonl"));
    lines.iter_mut().for_each(forget_times);
    lines
}

/// The command must refuse with one line that holds each of `says`, and write nothing.
fn check_refusal(folder: &Folder, words: &str, says: &[&str]) {
    rewardsmith!().words(words).refused(folder, 2, says);
}

#[test]
fn a_trained_model_samples_and_its_samples_are_judged() {
    for preset in ["tiny", "tiny-moe"] {
        let folder = folder(&CONFIG.replace("\"tiny\"", &format!("{preset:?}")));
        let summary = train(&folder, "--out run --format jsonl").summary();
        assert_eq!(summary["steps"], 6);
        assert!(
            summary["logprob_difference_max"].as_f64().unwrap() < 1e-4,
            "{summary}"
        );
        if preset == "tiny-moe" {
            assert_eq!(summary["routing_differences"], 0.0);
        }
        let curve = curve(&folder, "run");
        let has = |name| curve.iter().filter(|line| line.get(name).is_some()).count();
        assert_eq!((has("loss"), has("pass_at_1")), (6, 2));
        assert!(
            curve[0]["loss"].as_f64() > curve[6]["loss"].as_f64(),
            "{curve:#?}"
        );
        assert!(
            folder
                .files()
                .keys()
                .any(|name| name.starts_with("run/events.out.tfevents"))
        );
        for name in [
            "config.json",
            "tokenizer.json",
            "model.safetensors",
            "training.safetensors",
        ] {
            assert!(
                folder.path().join("run/checkpoint").join(name).exists(),
                "{name}"
            );
        }

        let problems = "--problems builtin:micro/test?n=4&seed=9";
        let sample = |out: &str, more: &str| {
            rewardsmith!()
                .words("sample --model run/checkpoint -n 3 --max-new 12 --seed 5 --out")
                .arg(out)
                .words(problems)
                .words(more)
                .within(folder.path())
                .run(0);
            folder.json_lines(out)
        };
        let samples = sample("s.jsonl", "");
        assert_eq!(samples.len(), 12);
        for line in &samples {
            assert!(line["task_id"].is_string() && line["completion"].is_string());
            assert!(
                line["tokens"]
                    .as_u64()
                    .is_some_and(|n| (1..=12).contains(&n))
            );
            assert!(line["logprob"].as_f64().is_some_and(|x| x < 0.0));
            assert!(["stop", "length"].contains(&line["finish_reason"].as_str().unwrap()));
        }
        assert_eq!(sample("again.jsonl", "--threads 1"), samples);
        assert_ne!(sample("greedy.jsonl", "--temperature 0"), samples);
        let judged = rewardsmith!()
            .words("eval --format jsonl --samples s.jsonl")
            .words(problems)
            .within(folder.path())
            .run(0);
        assert_eq!(judged.summary()["candidates"], 12);
    }
}

#[test]
fn the_same_seed_gives_the_same_curve_for_any_number_of_threads_and_another_seed_another() {
    let folder = folder(CONFIG);
    folder.write("c1.toml", CONFIG.replace("threads = 2", "threads = 1"));
    folder.write("c4.toml", CONFIG.replace("seed = 3", "seed = 4"));
    train(&folder, "--out a");
    for (config, run) in [("c1.toml", "b"), ("c4.toml", "d")] {
        let train = rewardsmith!("train", config, "--out", run);
        train.within(folder.path()).run(0);
    }
    assert_eq!(curve(&folder, "a"), curve(&folder, "b"));
    assert_ne!(curve(&folder, "a"), curve(&folder, "d"));
    let weights = |run: &str| {
        let path = format!("{run}/checkpoint/model.safetensors");
        std::fs::read(folder.path().join(path)).unwrap()
    };
    assert_eq!(weights("a"), weights("b"));
}

/// Waits until `done`, for at most half a minute.
fn wait_for(what: &str, done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "{what} never came"
        );
        thread::yield_now();
    }
}

#[test]
fn a_run_that_is_killed_goes_on_to_the_same_curve() {
    let config = CONFIG.replace("steps = 6", "steps = 40");
    let folder = folder(&config);
    train(&folder, "--out whole");
    let killed = rewardsmith!("train", "c.toml", "--out", "killed");
    killed.killed_after(&folder, "killed/metrics.jsonl", 6);
    train(&folder, "--out killed --resume");
    assert_eq!(curve(&folder, "killed"), curve(&folder, "whole"));
}

#[test]
fn an_interrupt_saves_and_says_how_to_go_on() {
    let config = CONFIG
        .replace("steps = 6", "steps = 100000")
        .replace("every = 2", "every = 0");
    let folder = folder(&config);
    let child = rewardsmith!("train", "c.toml", "--out", "run")
        .within(folder.path())
        .start();
    let metrics = folder.path().join("run/metrics.jsonl");
    wait_for("a step", || {
        metrics.metadata().is_ok_and(|data| data.len() > 0)
    });
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    let said = tests::Said::by(child);
    assert_eq!(said.code, Some(130), "{said:#?}");
    let last = BufReader::new(said.stderr.as_bytes())
        .lines()
        .last()
        .unwrap()
        .unwrap();
    assert!(
        last.contains("rewardsmith train c.toml --out run --resume"),
        "{last}"
    );
    assert!(
        folder
            .path()
            .join("run/checkpoint/model.safetensors")
            .exists()
    );
}

#[test]
fn a_wrong_configuration_is_one_line() {
    let folder = folder(CONFIG);
    let write = |from: &str, to: &str| folder.write("bad.toml", CONFIG.replace(from, to));
    for (from, to, says) in [
        (
            "lr =",
            "learning_rate =",
            ["bad.toml:16:", "`learning_rate`"],
        ),
        (
            "algorithm = \"sft\"",
            "algorithm = \"magic\"",
            ["bad.toml:2:", "`magic`"],
        ),
        (
            "preset = \"tiny\"",
            "preset = \"huge\"",
            ["`huge`", "tiny-moe"],
        ),
        ("steps = 6", "steps = 0", ["bad.toml", "`optimiser.steps`"]),
        (
            "builtin:micro/test?n=4",
            "builtin:micro/tset?n=4",
            ["micro/tset", "micro/test"],
        ),
        (
            "\"builtin:micro\"",
            "\"no.jsonl\"",
            ["no.jsonl", "No such file"],
        ),
        (
            "preset = \"tiny\"\nvocab_size = 300",
            "folder = \"nowhere\"",
            ["`nowhere`", "no such folder"],
        ),
    ] {
        write(from, to);
        check_refusal(&folder, "train bad.toml --out run", &says);
    }
    check_refusal(&folder, "train no.toml", &["no.toml", "builtin:sft-tiny"]);
    check_refusal(
        &folder,
        "train builtin:nothing",
        &["`builtin:nothing`", "`builtin:sft-tiny`"],
    );
    check_refusal(
        &folder,
        "train c.toml --out run --resume",
        &["`run`", "--resume"],
    );
}

/// Overwrites the first byte after the first half of a file with its complement, or cuts it there.
fn damage(path: &Path, cut: bool) {
    let mut bytes = std::fs::read(path).expect("the run has just written it");
    if cut {
        bytes.truncate(bytes.len() / 2);
    } else {
        bytes[8] ^= 0xFF;
    }
    std::fs::write(path, bytes).expect("the folder is the test's own");
}

#[test]
fn a_broken_checkpoint_is_one_line() {
    let folder = folder(&CONFIG.replace("steps = 6", "steps = 1"));
    train(&folder, "--out run");
    let problems = "--problems builtin:micro/test?n=1";
    check_refusal(
        &folder,
        &format!("sample --model nowhere {problems}"),
        &["`nowhere`", "no such folder"],
    );
    check_refusal(&folder, "train c.toml --out run", &["`run`", "--resume"]);
    folder.write("c2.toml", CONFIG.replace("lr = 3e-3", "lr = 1e-3"));
    check_refusal(
        &folder,
        "train c2.toml --out run --resume",
        &["another configuration", "run/config.toml"],
    );
    let file = |name: &str| folder.path().join("run/checkpoint").join(name);
    damage(&file("training.safetensors"), true);
    check_refusal(
        &folder,
        "train c.toml --out run --resume",
        &["training.safetensors"],
    );
    let sample = format!("sample --model run/checkpoint {problems}");
    damage(&file("model.safetensors"), false);
    check_refusal(&folder, &sample, &["model.safetensors"]);
    damage(&file("config.json"), true);
    check_refusal(&folder, &sample, &["config.json"]);
    std::fs::remove_file(file("tokenizer.json")).unwrap();
    check_refusal(&folder, &sample, &["config.json"]);
}

#[test]
fn the_printed_configuration_is_one_that_trains() {
    let printed = rewardsmith!().words("train --print-config").run(0).stdout;
    let small = |line: &str| match line.split(" = ").next() {
        Some("rows") => "rows = 50".to_owned(),
        Some("# steps") => "steps = 1".to_owned(),
        Some("max_new_tokens") => "max_new_tokens = 4".to_owned(),
        _ => line.replace("n=200", "n=1"),
    };
    let small: Vec<String> = printed.lines().map(small).collect();
    let folder = folder(&small.join("\n"));
    train(&folder, "--out run");
    assert_eq!(curve(&folder, "run").len(), 2);
}
