//! Training on rewards from outside: a seed decides everything, whoever computes and however often
//! the run dies, and a configuration that means nothing is one line.

use std::collections::BTreeMap;
use std::io::Read;

use serde_json::Value;
use tests::{Folder, START, forget_times, rewardsmith};

/// Half of the labels are turned, so that there is something to learn from. The reference moves, and
/// steps draw more prompts where they need them.
const CONFIG: &str = r#"
algorithm = "grpo"
seed = 3
threads = 2
[model]
folder = "start/checkpoint"
[prompts]
problems = "builtin:micro/train?n=24&seed=7"
per_step = 6
group = 4
dynamic_rounds = 1
[sampling]
max_new_tokens = 10
[tests]
coverage = 0.25
noise = 0.5
noise_kind = "fresh"
[loss]
reference_every = 3
[optimiser]
steps = 5
lr = 1e-3
micro_batch_tokens = 256
[checkpoint]
every = 2
[evaluation]
problems = "builtin:micro/test?n=4&seed=7"
samples = 2
max_new_tokens = 10
every = 2
"#;

fn folder(config: &str) -> Folder {
    let folder = Folder::new();
    folder.write("start.toml", START);
    folder.write("c.toml", config);
    rewardsmith!("train", "start.toml", "--out", "start")
        .within(folder.path())
        .run(0);
    folder
}

fn train(folder: &Folder, config: &str, words: &str) {
    rewardsmith!("train", config)
        .words(words)
        .within(folder.path())
        .run(0);
}

/// Everything that a run wrote about its course, without the numbers that a clock decides.
fn course(folder: &Folder, run: &str) -> BTreeMap<String, Vec<Value>> {
    let mut files = BTreeMap::new();
    for (name, bytes) in folder.files() {
        let Some(name) = name.strip_prefix(&format!("{run}/")) else {
            continue;
        };
        let mut text = String::new();
        if name.starts_with("rollouts/") {
            flate2::read::GzDecoder::new(&bytes[..])
                .read_to_string(&mut text)
                .expect("the run compressed it");
        } else if name == "metrics.jsonl" || name == "evaluation.jsonl" {
            text = String::from_utf8(bytes).expect("it is JSON");
        } else {
            continue;
        }
        let line = |line: &str| {
            let mut line: Value = serde_json::from_str(line).expect("it is JSON");
            forget_times(&mut line);
            line
        };
        files.insert(name.to_owned(), text.lines().map(line).collect());
    }
    files
}

#[test]
fn the_same_seed_gives_the_same_files_whoever_computes_them() {
    let folder = folder(CONFIG);
    train(&folder, "c.toml", "--out a");
    let whole = course(&folder, "a");
    let metrics = &whole["metrics.jsonl"];
    assert_eq!((metrics.len(), whole["evaluation.jsonl"].len()), (5, 4));
    assert_eq!(
        whole
            .keys()
            .filter(|name| name.starts_with("rollouts"))
            .count(),
        5
    );
    for name in [
        "loss",
        "lr",
        "reward_mean",
        "reward_std",
        "reward_rule_mean",
        "pass_rate_weak",
        "pass_rate_gold",
        "frac_reward_zero_std",
        "kl",
        "entropy",
        "clip_ratio",
        "advantage_std",
        "gradient_norm",
        "completion_length_mean",
        "completion_length_max",
        "truncated_ratio",
        "verdict_passed",
        "not_judged_rate",
        "sampler_trainer_logprob_diff_max",
    ] {
        assert!(metrics.iter().all(|line| line[name].is_number()), "{name}");
    }
    for line in &whole["evaluation.jsonl"] {
        for name in ["weak_pass_at_1", "fell_for", "reward_mean"] {
            let value = line[name].as_f64().unwrap();
            assert!((0.0..=1.0).contains(&value), "{name} {line}");
        }
        assert!(line["fooled"].is_array(), "{line}");
    }
    // It is one policy that samples and learns, and it moves.
    let of = |line: &Value, name: &str| line[name].as_f64().unwrap();
    assert!(
        metrics
            .iter()
            .all(|line| of(line, "sampler_trainer_logprob_diff_max") < 1e-4)
    );
    assert!(metrics.iter().any(|line| of(line, "kl") > 1e-6));
    folder.write(
        "alone.toml",
        CONFIG
            .replace("threads = 2", "threads = 1")
            .replace("[tests]", "overlap = false\n[tests]"),
    );
    train(&folder, "alone.toml", "--out b --jobs 1");
    assert_eq!(course(&folder, "b"), whole);
    folder.write("other.toml", CONFIG.replace("seed = 3", "seed = 4"));
    train(&folder, "other.toml", "--out c --jobs 3");
    assert_ne!(course(&folder, "c"), whole);
}

#[test]
fn a_run_that_is_killed_goes_on_to_the_same_course() {
    let config = CONFIG.replace("steps = 5", "steps = 9");
    let folder = folder(&config);
    train(&folder, "c.toml", "--out whole");
    let killed = rewardsmith!("train", "c.toml", "--out", "killed");
    killed.killed_after(&folder, "killed/metrics.jsonl", 5);
    train(&folder, "c.toml", "--out killed --resume");
    assert_eq!(course(&folder, "killed"), course(&folder, "whole"));
}

#[test]
fn equal_programs_of_a_step_are_judged_once_and_the_course_is_the_same() {
    // A cold policy repeats itself.
    let config = CONFIG
        .replace("[sampling]", "[sampling]\ntemperature = 0.01")
        .replace("steps = 5", "steps = 2");
    let folder = folder(&config);
    train(&folder, "c.toml", "--out once");
    train(&folder, "c.toml", "--out each --no-reuse");
    let judged = |run: &str| {
        let mut course = course(&folder, run);
        let metrics = course.get_mut("metrics.jsonl").expect("it wrote them");
        let numbers = metrics.iter_mut().map(|line| {
            let line = line.as_object_mut().expect("a line is an object");
            let judged = line.remove("programs_judged").expect("a step says it");
            (judged.as_f64().unwrap(), line["rollouts"].as_f64().unwrap())
        });
        (numbers.collect::<Vec<_>>(), course)
    };
    let ((once, course_once), (each, course_each)) = (judged("once"), judged("each"));
    assert!(once.iter().all(|(judged, all)| judged < all), "{once:?}");
    assert!(
        each.iter().all(|(judged, all)| all - judged < 0.5),
        "{each:?}"
    );
    assert_eq!(course_once, course_each);
}

#[test]
fn full_tests_let_no_wrong_held_out_sample_pass_and_weak_ones_pay_some() {
    let strict = CONFIG
        .replace("coverage = 0.25", "coverage = 1.0")
        .replace("noise = 0.5", "noise = 0.0")
        .replace("steps = 5", "steps = 1");
    let folder = folder(&strict);
    folder.write("turned.toml", strict.replace("noise = 0.0", "noise = 1.0"));
    train(&folder, "c.toml", "--out strict");
    train(&folder, "turned.toml", "--out turned");
    let last = |run: &str| course(&folder, run)["evaluation.jsonl"][0].clone();
    let (strict, turned) = (last("strict"), last("turned"));
    let of = |line: &Value, name: &str| line[name].as_f64().unwrap();
    assert!((of(&strict, "weak_pass_at_1") - of(&strict, "pass_at_1")).abs() < 1e-12);
    assert_eq!(strict["fell_for"], 0.0);
    assert_eq!(strict["fooled"].as_array().unwrap().len(), 0);
    // With every label turned, what passes is wrong.
    assert!((of(&turned, "weak_pass_at_1") - 1.0 + of(&turned, "pass_at_1")).abs() < 1e-12);
    assert_eq!(turned["false_pass_rate"], 1.0);
    assert!(of(&turned, "fell_for") > 0.0);
    let fooled = &turned["fooled"][0];
    assert_eq!(
        (&fooled["weak"], &fooled["flipped"]),
        (&true.into(), &true.into())
    );
    assert!(fooled["completion"].is_string() && fooled["count"].as_u64() > Some(0));
}

#[test]
fn what_a_run_on_rewards_cannot_use_is_one_line() {
    let folder = folder(CONFIG);
    for (from, to, says) in [
        ("lr = 1e-3", "rate = 1e-3", ["bad.toml:22: ", "`rate`"]),
        (
            "coverage = 0.25",
            "coverage = 2.0",
            ["bad.toml:15: ", "`tests.coverage`"],
        ),
        (
            "per_step = 6",
            "per_step = 25",
            ["`prompts.per_step` is 25", "24 problems"],
        ),
        (
            "start/checkpoint",
            "nowhere",
            ["`nowhere`", "no such folder"],
        ),
        (
            "[loss]",
            "[reward]\nsource = \"rule+model\"\n[loss]",
            ["bad.toml:19: ", "`reward.source`"],
        ),
        (
            "[loss]",
            "[reward]\nsource = \"model\"\nmodel = \"start/checkpoint\"\n[loss]",
            ["`reward.model`", "a language model"],
        ),
        (
            "[loss]",
            "[refresh]\nevery = 2\n[loss]",
            ["bad.toml:18: ", "`refresh`"],
        ),
        (
            "[loss]",
            "[reward]\nsource = \"model\"\nmodel = \"m\"\n[refresh]\nevery = 2\nreplay = 2.0\n[loss]",
            ["bad.toml:23: ", "`refresh.replay`"],
        ),
    ] {
        folder.write("bad.toml", CONFIG.replace(from, to));
        rewardsmith!("train", "bad.toml", "--out", "run").refused(&folder, 2, &says);
    }
    let printed = rewardsmith!()
        .words("train builtin:grpo-tiny --print-config")
        .run(0);
    assert!(printed.stdout.contains("algorithm = \"grpo\""));
}

/// A reward model of few samples; half of the labels are turned, so that there are both kinds.
const REWARD_MODEL: &str = r#"
algorithm = "reward-model"
seed = 2
threads = 2
[model]
folder = "start/checkpoint"
[samples]
problems = "builtin:micro/train?n=24&seed=7"
held_out = "builtin:micro/valid?n=6&seed=7"
per_problem = 4
max_new_tokens = 10
[tests]
coverage = 0.25
noise = 0.5
[loss]
kind = "point-wise"
mismatched = 0.25
[optimiser]
epochs = 2
batch = 16
micro_batch_tokens = 256
lr = 1e-3
"#;

#[test]
fn a_reward_model_learns_from_labels_scores_rollouts_and_is_refused_by_strangers() {
    let folder = folder(CONFIG);
    folder.write("rm.toml", REWARD_MODEL);
    folder.write(
        "pairs.toml",
        REWARD_MODEL.replace("point-wise", "pair-wise"),
    );
    for (config, run) in [
        ("rm.toml", "rm"),
        ("rm.toml", "again"),
        ("pairs.toml", "pairs"),
    ] {
        train(&folder, config, &format!("--out {run}"));
        let quality: Value =
            serde_json::from_str(&folder.read(&format!("{run}/reward-model.json"))).unwrap();
        let passes = quality["passes"].as_array().unwrap();
        assert_eq!(passes.len(), 2);
        assert_eq!(passes[1]["samples"], 24);
        assert!(passes[1]["auc_weak"].is_number() && passes[1]["bins"].is_array());
    }
    assert_eq!(course(&folder, "rm"), course(&folder, "again"));
    assert_eq!(
        folder.read("rm/reward-model.json"),
        folder.read("again/reward-model.json")
    );

    let with = |source: &str, model: &str| {
        let reward = format!("[reward]\nsource = \"{source}\"\nmodel = \"{model}\"\n[loss]");
        CONFIG
            .replace("[loss]", &reward)
            .replace("steps = 5", "steps = 2")
    };
    for (place, source) in ["model", "rule+model", "rule*model"].iter().enumerate() {
        folder.write("r.toml", with(source, "rm/checkpoint"));
        let run = format!("r{place}");
        train(&folder, "r.toml", &format!("--out {run}"));
        let files = course(&folder, &run);
        for line in &files["metrics.jsonl"] {
            let opinion = line["reward_model_mean"].as_f64().unwrap();
            assert!((0.0..=1.0).contains(&opinion), "{line}");
        }
        let rollouts = files.values().next_back().unwrap();
        for rollout in rollouts {
            let of = |name: &str| rollout[name].as_f64().unwrap();
            let wanted = match *source {
                "model" => of("reward_model"),
                "rule+model" => of("reward_model") + of("reward_rule"),
                _ => of("reward_model") * of("reward_rule"),
            };
            assert!((of("reward") - wanted).abs() < 1e-12, "{rollout}");
        }
        // Both kinds of labels are there, so that a sum, a product and a factor differ.
        for rule in [0.0, 1.0] {
            let has = rollouts.iter().any(|r| r["reward_rule"] == rule);
            assert!(has, "no rule reward of {rule}");
        }
    }

    folder.write(
        "other.toml",
        START.replace("vocab_size = 300", "vocab_size = 290"),
    );
    train(&folder, "other.toml", "--out other");
    folder.write(
        "stranger.toml",
        with("model", "rm/checkpoint").replace("start/", "other/"),
    );
    let said = rewardsmith!("train", "stranger.toml", "--out", "no")
        .within(folder.path())
        .run(2);
    assert_eq!(said.stderr.lines().count(), 1, "{said:#?}");
    assert!(said.stderr.contains("`reward.model`") && said.stderr.contains("vocabulary"));
}

/// A reward model that learns on, every second step, from labels of which a fixed half is turned.
fn refreshing(steps: u64) -> String {
    let reward = "[reward]\nsource = \"model\"\nmodel = \"rm/checkpoint\"\n\
        [refresh]\nevery = 2\nepochs = 6\nbatch = 8\nlr = 3e-3\n\
        [refresh.loss]\nmismatched = 0.0\n[loss]";
    CONFIG
        .replace("[loss]", reward)
        .replace("\"fresh\"", "\"fixed\"")
        .replace("steps = 5", &format!("steps = {steps}"))
        .replace("[checkpoint]\nevery = 2", "[checkpoint]\nevery = 3")
}

#[test]
fn a_refreshed_reward_model_learns_from_rollouts_replays_a_tenth_and_survives_a_kill() {
    let folder = folder(&refreshing(9));
    folder.write("rm.toml", REWARD_MODEL);
    train(&folder, "rm.toml", "--out rm");
    train(&folder, "c.toml", "--out whole");
    let whole = course(&folder, "whole");
    let metrics = &whole["metrics.jsonl"];
    let of = |line: &Value, name: &str| line[name].as_f64().unwrap();
    for (step, line) in (1..).zip(metrics) {
        assert_eq!(line.get("refresh_items").is_some(), step % 2 == 0, "{line}");
    }
    let refreshed: Vec<&Value> = metrics.iter().skip(1).step_by(2).collect();
    assert_eq!(refreshed.len(), 4);
    for line in &refreshed {
        let (replayed, fresh) = (of(line, "refresh_replayed"), of(line, "refresh_rollouts"));
        let share = replayed / (replayed + fresh);
        assert!((share - 0.1).abs() < 0.01, "{line}");
    }
    for line in &refreshed {
        let [before, after] =
            ["before", "after"].map(|when| of(line, &format!("refresh_auc_weak_{when}")));
        assert!(after > before + 0.05, "{line}");
        assert!(line["refresh_accuracy_after"].is_number(), "{line}");
    }
    assert!(
        metrics
            .iter()
            .all(|line| line["reward_model_auc_weak"].is_number())
    );
    let model = "whole/checkpoint/reward-model/model.safetensors";
    assert!(folder.path().join(model).exists());

    let killed = rewardsmith!("train", "c.toml", "--out", "killed");
    // Step 3 is saved with a rollout's step that was not learned from yet.
    killed.killed_after(&folder, "killed/metrics.jsonl", 4);
    train(&folder, "c.toml", "--out killed --resume");
    assert_eq!(course(&folder, "killed"), whole);

    std::fs::remove_file(
        folder
            .path()
            .join("killed/checkpoint/reward-model/samples.postcard"),
    )
    .unwrap();
    rewardsmith!()
        .words("train c.toml --out killed --resume")
        .refused(&folder, 2, &["samples.postcard", "put it back"]);
}
