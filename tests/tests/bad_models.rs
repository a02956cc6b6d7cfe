//! Model folders that are incomplete, damaged or meant for something else: one clear line that names
//! the file and what is wrong with it.

use std::fs;

use serde_json::{Map, Value, json};
use tests::{Folder, START, jsonl, problem, rewardsmith};

const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.safetensors";
const SAMPLE: &str = "sample --model model --problems p.jsonl --max-new 4 --out s.jsonl";

/// A good model in `model`, and a problem to sample for.
fn good() -> Folder {
    let folder = Folder::new();
    folder.write("start.toml", START);
    folder.write("p.jsonl", jsonl(&[problem("T/0")]));
    rewardsmith!("train", "start.toml", "--out", "start")
        .within(folder.path())
        .run(0);
    for name in [CONFIG, WEIGHTS, "tokenizer.json"] {
        let bytes = fs::read(folder.path().join("start/checkpoint").join(name));
        folder.write_in("model", name, bytes.expect("the training wrote it"));
    }
    folder
}

/// A configuration with one key changed.
fn changed(config: &str, key: &str, value: &Value) -> String {
    let mut map: Map<String, Value> = serde_json::from_str(config).expect("it is a configuration");
    map.insert(key.to_owned(), value.clone());
    Value::Object(map).to_string()
}

fn check(folder: &Folder, says: &[&str]) {
    rewardsmith!().words(SAMPLE).refused(folder, 2, says);
}

#[test]
fn a_configuration_that_cannot_be_run_as_it_is_meant_is_one_line() {
    let folder = good();
    rewardsmith!().words(SAMPLE).within(folder.path()).run(0);
    let whole = folder.read(&format!("model/{CONFIG}"));
    let cases: &[(&str, Value, &[&str])] = &[
        (
            "architectures",
            json!(["GPT2LMHeadModel"]),
            &["model/config.json", "`GPT2LMHeadModel`"],
        ),
        (
            "rope_scaling",
            json!({"type": "dynamic", "factor": 2.0}),
            &["model/config.json", "rope", "`dynamic`"],
        ),
        (
            "attention_bias",
            json!(true),
            &["model/config.json", "`attention_bias`"],
        ),
        (
            "num_hidden_layers",
            json!(100_000_000),
            &["model/config.json", "`num_hidden_layers`", "100000000"],
        ),
        (
            "vocab_size",
            json!(200),
            &["model/tokenizer.json", "`vocab_size` is 200", "300"],
        ),
        (
            "intermediate_size",
            json!(1_000_000_000),
            &["`model`", "MiB"],
        ),
        (
            "intermediate_size",
            json!(32),
            &["model/model.safetensors", "_proj.weight`", "shape", "32"],
        ),
    ];
    for (key, value, says) in cases {
        folder.write_in("model", CONFIG, changed(&whole, key, value));
        check(&folder, says);
    }
    for text in ["not JSON", "[1]", &whole[..whole.len() / 2]] {
        folder.write_in("model", CONFIG, text);
        check(&folder, &["model/config.json", "not a JSON object"]);
    }
}

#[test]
fn weights_that_are_not_all_there_are_one_line() {
    let folder = good();
    let path = folder.path().join("model").join(WEIGHTS);
    let whole = fs::read(&path).expect("it was copied");
    for keep in [3, whole.len() / 2, whole.len() - 1] {
        folder.write_in("model", WEIGHTS, &whole[..keep]);
        check(&folder, &["model/model.safetensors", "truncated"]);
    }
    fs::remove_file(&path).expect("it was written");
    check(&folder, &["`model`", WEIGHTS]);

    let (first, second) = (
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
    );
    folder.write_in("model", first, &whole);
    let map = json!({"weight_map": {"model.norm.weight": first, "lm_head.weight": second}});
    folder.write_in("model", "model.safetensors.index.json", map.to_string());
    check(&folder, &[&format!("model/{second}"), "missing"]);
}
