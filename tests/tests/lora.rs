//! Adapters of low rank from outside: they alone are trained, a run that dies goes on where it was,
//! and what comes out is a model like any other.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use tests::{Folder, START, forget_times, rewardsmith};

const LORA: &str = "[lora]\nrank = 3\nalpha = 12.0\ntargets = [\"q_proj\", \"down_proj\"]\n";

const SFT: &str = r#"
algorithm = "sft"
seed = 3
threads = 2
[model]
folder = "start/checkpoint"
[data]
source = "builtin:micro"
rows = 200
[optimiser]
steps = 6
batch_tokens = 600
micro_batch_tokens = 200
lr = 1e-2
[checkpoint]
every = 2
"#;

/// Half of the labels are turned, so that there is something to learn from.
const GRPO: &str = r#"
algorithm = "grpo"
seed = 3
threads = 2
[model]
folder = "start/checkpoint"
[prompts]
problems = "builtin:micro/train?n=24&seed=7"
per_step = 6
group = 4
[sampling]
max_new_tokens = 10
[tests]
coverage = 0.25
noise = 0.5
noise_kind = "fresh"
[optimiser]
steps = 8
lr = 1e-2
micro_batch_tokens = 256
[checkpoint]
every = 2
"#;

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
[optimiser]
epochs = 1
batch = 16
micro_batch_tokens = 256
lr = 1e-2
"#;

/// A folder with a trained model of this shape.
fn folder(preset: &str) -> Folder {
    let folder = Folder::new();
    folder.write("start.toml", START.replace("\"tiny\"", preset));
    train(&folder, "start.toml", "--out start");
    folder
}

fn train(folder: &Folder, config: &str, words: &str) {
    rewardsmith!("train", config)
        .words(words)
        .within(folder.path())
        .run(0);
}

fn adapted(config: &str) -> String {
    format!("{config}{LORA}")
}

/// A tensor's shape and numbers.
type Tensor = (Vec<usize>, Vec<f32>);

/// The tensors of a safetensors file.
fn tensors(folder: &Folder, file: &str) -> BTreeMap<String, Tensor> {
    let bytes = fs::read(folder.path().join(file)).expect("the run wrote it");
    let (length, rest) = bytes.split_first_chunk::<8>().expect("it has a length");
    let length = usize::try_from(u64::from_le_bytes(*length)).expect("it is small");
    let header: BTreeMap<String, Value> =
        serde_json::from_slice(&rest[..length]).expect("it has a header");
    let tensor = |(name, info): (String, Value)| {
        let list = |key: &str| -> Vec<usize> {
            serde_json::from_value(info[key].clone()).expect("it is a list of sizes")
        };
        let span = list("data_offsets");
        let bytes = &rest[length..][span[0]..span[1]];
        let floats = bytes.as_chunks::<4>().0;
        let floats = floats.iter().map(|four| f32::from_le_bytes(*four));
        (name, (list("shape"), floats.collect()))
    };
    let tensors = header
        .into_iter()
        .filter(|(_, info)| info["dtype"] == "F32");
    tensors.map(tensor).collect()
}

/// `scale` · B·A.
fn product(b: &Tensor, a: &Tensor, scale: f64) -> Vec<f64> {
    let (rank, width) = (a.0[0], a.0[1]);
    let row = |row: usize| {
        (0..width).map(move |column| {
            let terms = (0..rank)
                .map(|k| f64::from(b.1[row * rank + k]) * f64::from(a.1[k * width + column]));
            scale * terms.sum::<f64>()
        })
    };
    (0..b.0[0]).flat_map(row).collect()
}

/// Every matrix of the checkpoint is the start's, but for its adapter's product.
fn check_merge(folder: &Folder, run: &str) {
    let base = tensors(folder, "start/checkpoint/model.safetensors");
    let merged = tensors(folder, &format!("{run}/checkpoint/model.safetensors"));
    let adapter = tensors(
        folder,
        &format!("{run}/checkpoint/adapter/adapter_model.safetensors"),
    );
    let mut changed = 0;
    for (name, (_, values)) in &merged {
        let Some((_, below)) = base.get(name) else {
            assert_eq!(name, "score.weight");
            continue;
        };
        let module = format!("base_model.model.{}", name.trim_end_matches(".weight"));
        let Some(a) = adapter.get(&format!("{module}.lora_A.weight")) else {
            assert_eq!(values, below, "{name}");
            continue;
        };
        changed += usize::from(values != below);
        let b = &adapter[&format!("{module}.lora_B.weight")];
        for ((now, below), change) in values.iter().zip(below).zip(product(b, a, 4.0)) {
            let wanted = f64::from(*below) + change;
            assert!((f64::from(*now) - wanted).abs() < 1e-5, "{name}");
        }
    }
    assert!(changed > 4, "{changed}");
    let matrices = adapter.keys().filter(|name| name.contains(".lora_A."));
    assert!(adapter.keys().all(|name| {
        ["q_proj.lora", "down_proj.lora", "score.weight"]
            .iter()
            .any(|part| name.contains(part))
    }));
    // The optimiser has numbers for what is trained alone.
    let state = tensors(folder, &format!("{run}/checkpoint/training.safetensors"));
    assert_eq!(state.len(), 3 * adapter.len());
    let notes: Value = serde_json::from_str(
        &folder.read(&format!("{run}/checkpoint/adapter/adapter_config.json")),
    )
    .expect("it is JSON");
    assert_eq!(
        (&notes["r"], &notes["lora_alpha"]),
        (&3.into(), &12.0.into())
    );
    assert_eq!(notes["base_model_name_or_path"], "start/checkpoint");
    assert!(matrices.count() >= 8);
}

/// The curve without the numbers that a clock decides.
fn curve(folder: &Folder, run: &str) -> Vec<Value> {
    let mut lines = folder.json_lines(&format!("{run}/metrics.jsonl"));
    lines.iter_mut().for_each(forget_times);
    lines
}

#[test]
fn adapters_alone_are_trained_and_worked_into_a_model_that_samples() {
    for preset in ["\"tiny\"", "\"tiny-moe\""] {
        let folder = folder(preset);
        folder.write("c.toml", adapted(SFT));
        let before = folder.read("start/checkpoint/config.json");
        let weights =
            || fs::read(folder.path().join("start/checkpoint/model.safetensors")).unwrap();
        let untouched = weights();
        train(&folder, "c.toml", "--out run");
        assert!(weights() == untouched);
        assert_eq!(folder.read("run/checkpoint/config.json"), before);
        let curve = curve(&folder, "run");
        assert_eq!(curve.len(), 6);
        assert!(
            curve[0]["loss"].as_f64() > curve[5]["loss"].as_f64(),
            "{curve:#?}"
        );
        check_merge(&folder, "run");
        let sample = |model: &str| {
            rewardsmith!("sample", "--model", model)
                .words("--problems builtin:micro/test?n=2&seed=9 -n 2 --max-new 12 --seed 5")
                .within(folder.path())
                .run(0)
                .json_lines()
        };
        let samples = sample("run/checkpoint");
        assert_eq!(samples.len(), 4);
        assert_ne!(samples, sample("start/checkpoint"));
    }
}

#[test]
fn a_run_with_adapters_that_is_killed_goes_on_to_the_same_numbers() {
    let folder = folder("\"tiny\"");
    let long = SFT.replace("steps = 6", "steps = 40");
    for (name, config) in [("sft", adapted(&long)), ("grpo", adapted(GRPO))] {
        folder.write("c.toml", config);
        let (whole, killed) = (format!("{name}-whole"), format!("{name}-killed"));
        train(&folder, "c.toml", &format!("--out {whole}"));
        let dying = rewardsmith!("train", "c.toml", "--out", &killed);
        dying.killed_after(&folder, &format!("{killed}/metrics.jsonl"), 4);
        train(&folder, "c.toml", &format!("--out {killed} --resume"));
        assert_eq!(curve(&folder, &killed), curve(&folder, &whole));
        for file in ["model.safetensors", "adapter/adapter_model.safetensors"] {
            let of = |run: &str| tensors(&folder, &format!("{run}/checkpoint/{file}"));
            assert!(of(&killed) == of(&whole), "{name}: {file}");
        }
    }
    // What the adapters lie on is another model now.
    train(&folder, "start.toml", "--out other");
    folder.write("more.toml", START.replace("steps = 3", "steps = 4"));
    train(&folder, "more.toml", "--out more");
    let model = |run: &str| folder.path().join(run).join("checkpoint/model.safetensors");
    fs::copy(model("more"), model("start")).unwrap();
    rewardsmith!("train", "c.toml", "--out", "grpo-killed", "--resume").refused(
        &folder,
        2,
        &["`grpo-killed`", "has changed", "`model.folder`"],
    );
    fs::copy(model("other"), model("start")).unwrap();
    train(&folder, "c.toml", "--out grpo-killed --resume");
}

#[test]
fn rewards_move_the_adapters_away_from_the_weights_below() {
    let folder = folder("\"tiny\"");
    folder.write("rm.toml", adapted(REWARD_MODEL));
    train(&folder, "rm.toml", "--out rm");
    check_merge(&folder, "rm");
    let adapter = tensors(&folder, "rm/checkpoint/adapter/adapter_model.safetensors");
    let merged = tensors(&folder, "rm/checkpoint/model.safetensors");
    let head = &adapter["base_model.model.score.weight"];
    assert_eq!(head, &merged["score.weight"]);

    let reward = "[reward]\nsource = \"rule+model\"\nmodel = \"rm/checkpoint\"\n";
    folder.write("c.toml", adapted(GRPO) + reward);
    train(&folder, "c.toml", "--out run");
    check_merge(&folder, "run");
    let of = |line: &Value, name: &str| line[name].as_f64().unwrap();
    let metrics = folder.json_lines("run/metrics.jsonl");
    assert_eq!(metrics.len(), 8);
    for line in &metrics {
        // It is the merged policy that samples.
        assert!(
            of(line, "sampler_trainer_logprob_diff_max") < 1e-4,
            "{line}"
        );
        assert!(line["reward_model_mean"].is_number());
    }
    assert!(of(&metrics[7], "kl") > 1e-6, "{}", metrics[7]);
    assert!(!folder.path().join("run/checkpoint/reference").exists());
}

#[test]
fn adapters_that_a_training_cannot_have_are_one_line() {
    let folder = folder("\"tiny\"");
    for (from, to, says) in [
        ("rank = 3", "rank = 0", ["bad.toml:18: ", "`lora.rank`"]),
        (
            "alpha = 12.0",
            "alpha = -1.0",
            ["bad.toml:19: ", "`lora.alpha`"],
        ),
        ("rank = 3", "r = 3", ["bad.toml:18: ", "`r`"]),
        ("rank = 3", "rank = 1000000000", ["`rank`", "128 wide"]),
        ("q_proj", "q_porj", ["`q_porj`", "`q_proj`"]),
        ("q_proj", "embed_tokens", ["`embed_tokens`", "`q_proj`"]),
        (
            "folder = \"start/checkpoint\"",
            "preset = \"tiny\"",
            ["bad.toml:17: `lora`", "`model.folder`"],
        ),
        (
            "alpha = 12.0\ntargets = [\"q_proj\", \"down_proj\"]",
            "",
            ["bad.toml:17: ", "`targets`"],
        ),
    ] {
        folder.write("bad.toml", adapted(SFT).replace(from, to));
        rewardsmith!("train", "bad.toml", "--out", "run").refused(&folder, 2, &says);
    }
    let head = adapted(REWARD_MODEL).replace("q_proj", "lm_head");
    folder.write("bad.toml", head);
    rewardsmith!("train", "bad.toml", "--out", "run").refused(&folder, 2, &["`lm_head`"]);
}
