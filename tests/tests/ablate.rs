//! Ablations from outside: stages are trained once, what was interrupted goes on to the same results,
//! parts of a grid make the whole, and a grid that means nothing is one line.

use serde_json::Value;
use tests::{Folder, START, forget_times, rewardsmith};

const GRID: &str = r#"
[sft]
from = "start.toml"
[reward-model]
from = "builtin:reward-model-tiny"
samples.problems = "builtin:micro/train?n=12&seed=7"
samples.held_out = "builtin:micro/valid?n=4&seed=7"
samples.per_problem = 4
samples.max_new_tokens = 10
optimiser.epochs = 1
[grpo]
from = "builtin:grpo-tiny"
prompts.problems = "builtin:micro/train?n=12&seed=7"
prompts.per_step = 4
prompts.group = 4
sampling.max_new_tokens = 10
optimiser.steps = 2
checkpoint.every = 1
evaluation.problems = "builtin:micro/test?n=4&seed=7"
evaluation.samples = 2
evaluation.max_new_tokens = 10
evaluation.every = 0
[[grid]]
reward = ["rule", "point-wise", "rule+point-wise"]
coverage = [0.25]
noise = [0.5]
seeds = [1, 2]
"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("start.toml", START);
    folder.write("grid.toml", GRID);
    folder
}

fn ablate(folder: &Folder, words: &str) -> tests::Said {
    rewardsmith!("ablate", "grid.toml")
        .words(words)
        .within(folder.path())
        .run(0)
}

/// The rows of an ablation's folder without the numbers that a clock decides, by key.
fn rows(folder: &Folder, out: &str) -> Vec<Value> {
    let mut rows = folder.json_lines(&format!("{out}/results.jsonl"));
    rows.iter_mut().for_each(forget_times);
    rows.sort_by_key(|row| row["key"].to_string());
    rows
}

fn stages(folder: &Folder, out: &str, kind: &str) -> usize {
    // Each stage's folder holds its configuration.
    let configs = folder.files().into_keys();
    configs
        .filter(|name| name.starts_with(&format!("{out}/stages/{kind}-")))
        .filter(|name| name.ends_with("/config.toml"))
        .count()
}

#[test]
fn a_grid_is_run_once_and_its_parts_make_the_whole() {
    let folder = folder();
    let said = ablate(&folder, "--out whole");
    assert_eq!(said.stdout.lines().count(), 4, "{said:#?}");
    let whole = rows(&folder, "whole");
    assert_eq!(whole.len(), 6);
    // Three rewards and two seeds share one start, and the two with a model their reward models.
    let made = ["sft", "reward-model", "grpo"].map(|kind| stages(&folder, "whole", kind));
    assert_eq!(made, [1, 2, 6]);
    for row in &whole {
        let measured = row["observed"]["evaluations"].as_array().unwrap();
        assert_eq!((measured.len(), &measured[1]["step"]), (2, &Value::from(2)));
        assert_eq!(measured[0]["pass_at"].as_array().unwrap().len(), 2);
        assert_eq!(measured[0]["maj_at"].as_array().unwrap().len(), 2);
        // The same policy on the same problems with the same seeds.
        assert_eq!(
            measured[0]["correct"],
            whole[0]["observed"]["evaluations"][0]["correct"]
        );
        assert!(row["observed"]["tail"]["pass_rate_weak"].is_number());
        let has_model = row["cell"]["reward"] != "rule";
        assert_eq!(row["reward_model"]["bins"].is_array(), has_model);
    }
    let before = folder.files();
    ablate(&folder, "--out whole");
    assert_eq!(folder.files(), before, "what is done is not done again");

    for part in ["1", "2"] {
        ablate(&folder, &format!("--out part{part} --shard {part}/2"));
    }
    let report = |words: &str| {
        let command = rewardsmith!("report").words(words);
        command.within(folder.path()).run(0)
    };
    let mut merged = report("part1 part2 --out merged.html --format jsonl").json_lines();
    merged.iter_mut().for_each(forget_times);
    merged.sort_by_key(|row| row["key"].to_string());
    assert_eq!(merged, whole);

    let said = report("whole");
    for words in [
        "rule, coverage 0.25, noise 0.5",
        "rule+point-wise − rule",
        "coverage 0.25, noise 0.5: ",
    ] {
        assert!(said.stdout.contains(words), "{said:#?}");
    }
    let page = folder.read("whole/report.html");
    for words in [
        "6 of 6 runs",
        "The map",
        "Calibration",
        "Verdicts over time",
        "Samples to read",
        "prefers-color-scheme",
        "<svg",
    ] {
        assert!(page.contains(words), "{words}");
    }
    // It needs nothing from elsewhere.
    for outside in ["src=", "href=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let run = whole[0]["key"].as_str().unwrap();
    let said = report(&format!("whole/stages/{run} --out run.html"));
    assert!(said.stdout.contains("pass@1 after step 2"), "{said:#?}");
    let page = folder.read("run.html");
    assert!(page.contains("<svg") && page.contains("rewardsmith train"));
    assert_eq!(
        folder.read("merged.html").matches("<svg").count(),
        folder.read("whole/report.html").matches("<svg").count()
    );
    rewardsmith!("report", "nowhere").refused(
        &folder,
        2,
        &["`nowhere/config.toml`", "folder of a run"],
    );
}

#[test]
fn what_was_killed_goes_on_to_the_same_results() {
    let folder = folder();
    folder.write("grid.toml", GRID.replace("seeds = [1, 2]", "seeds = [1]"));
    ablate(&folder, "--out whole");
    let killed = rewardsmith!("ablate", "grid.toml", "--out", "killed");
    killed.killed_after(&folder, "killed/results.jsonl", 1);
    let going = rewardsmith!("report", "killed")
        .within(folder.path())
        .run(0);
    assert!(going.stdout.lines().count() >= 2, "{going:#?}");
    ablate(&folder, "--out killed");
    assert_eq!(rows(&folder, "killed"), rows(&folder, "whole"));
}

#[test]
fn a_grid_that_means_nothing_is_one_line() {
    let folder = folder();
    for (from, to, says) in [
        (
            "noise = [0.5]",
            "noises = [0.5]",
            ["bad.toml:26: ", "`noises`"],
        ),
        (
            "noise = [0.5]",
            "noise = [1.5]",
            ["bad.toml:26: ", "`grid.noise`"],
        ),
        (
            "optimiser.steps = 2",
            "optimiser.stepps = 2",
            ["bad.toml:17: `grpo.optimiser.stepps`", "unknown field"],
        ),
        ("\"rule\", ", "\"magic\", ", ["bad.toml:24: ", "`magic`"]),
        (
            "from = \"start.toml\"",
            "folder = \"nowhere\"",
            ["bad.toml:3: `sft.folder`", "nowhere"],
        ),
        (
            "from = \"start.toml\"",
            "from = \"nowhere.toml\"",
            ["nowhere.toml", "No such file"],
        ),
    ] {
        assert!(GRID.contains(from), "{from}");
        folder.write("bad.toml", GRID.replace(from, to));
        rewardsmith!("ablate", "bad.toml", "--out", "run").refused(&folder, 2, &says);
    }
    rewardsmith!("ablate", "builtin:nothing").refused(
        &folder,
        2,
        &["`builtin:nothing`", "`builtin:map-tiny`"],
    );
    rewardsmith!("ablate", "grid.toml", "--shard", "3/2")
        .within(folder.path())
        .run(2);
}

#[test]
fn the_printed_ablation_documents_every_key() {
    let printed = rewardsmith!().words("ablate --print-config").run(0).stdout;
    for key in [
        "[sft]",
        "[reward-model]",
        "[grpo]",
        "[architectures.",
        "[settings.",
        "reward =",
        "coverage =",
        "noise =",
        "architecture =",
        "algorithm =",
        "seeds =",
        "folder =",
    ] {
        assert!(printed.contains(key), "{key}");
    }
}
