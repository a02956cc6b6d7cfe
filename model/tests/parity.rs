//! The networks compute what transformers computes: logits, loss and every gradient, on the
//! fixtures that `fixtures/make.py` wrote. With `REWARDSMITH_DEVICE=cuda` they compute on the first
//! GPU; `REWARDSMITH_FIXTURES` says where the fixtures are on a machine that this was not built on.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a test may panic, and its numbers are small"
)]

use candle_core::{DType, Device, Tensor};
use model::{Batch, Checkpoint, Network, Placement, Tokenizer, Training};
use std::{collections::HashMap, path::PathBuf};

struct Fixture {
    checkpoint: Checkpoint,
    network: Network,
    batch: Batch,
    expected: HashMap<String, Tensor>,
}

fn path(name: &str) -> PathBuf {
    let folder = std::env::var_os("REWARDSMITH_FIXTURES").map(PathBuf::from);
    let built = || [env!("CARGO_MANIFEST_DIR"), "fixtures"].iter().collect();
    folder.unwrap_or_else(built).join(name)
}

fn device() -> Device {
    if std::env::var("REWARDSMITH_DEVICE").is_ok_and(|name| name == "cuda") {
        model::gpu().unwrap()
    } else {
        Device::Cpu
    }
}

fn numbers(tensor: &Tensor) -> Vec<f64> {
    tensor
        .flatten_all()
        .unwrap()
        .to_dtype(DType::F64)
        .unwrap()
        .to_vec1()
        .unwrap()
}

fn open(name: &str, dtype: DType) -> Fixture {
    let folder = path(name);
    let placement = Placement {
        dtype,
        device: device(),
        training: Training::Trainable,
    };
    let checkpoint = Checkpoint::load(&folder, &placement).unwrap();
    let file = folder.join("expected.safetensors");
    let expected = candle_core::safetensors::load(file, &Device::Cpu).unwrap();
    let ids = expected["input_ids"]
        .to_dtype(DType::U32)
        .unwrap()
        .to_vec2::<u32>()
        .unwrap();
    let network = Network::new(&checkpoint.config, &checkpoint.weights).unwrap();
    Fixture {
        network,
        batch: Batch::new(&ids).unwrap(),
        expected,
        checkpoint,
    }
}

/// The largest difference, as a share of the largest expected number.
fn relative(got: &Tensor, expected: &Tensor) -> f64 {
    assert_eq!(got.dims(), expected.dims());
    let (got, expected) = (numbers(got), numbers(expected));
    let top = expected.iter().fold(0f64, |m, x| m.max(x.abs()));
    let off = got
        .iter()
        .zip(&expected)
        .fold(0f64, |m, (a, b)| m.max((a - b).abs()));
    if top == 0.0 { off } else { off / top }
}

/// In f32 through the fused operations, in f64 through the composed ones, as on other devices.
fn check(name: &str) {
    for dtype in [DType::F32, DType::F64] {
        check_in(name, dtype);
    }
}

fn check_in(name: &str, dtype: DType) {
    let Fixture {
        checkpoint,
        network,
        batch,
        expected,
    } = open(name, dtype);
    let hidden = network.forward(&batch).unwrap().hidden;
    let off = relative(&network.logits(&hidden).unwrap(), &expected["logits"]);
    assert!(off < 2e-5, "{name}: logits are off by {off}");

    let targets = batch.next_tokens();
    let asked = targets.iter().filter(|t| **t != model::NO_TARGET).count() as f64;
    let log_probs = network.log_probs(&hidden, &targets).unwrap();
    let loss = (log_probs.sum_all().unwrap() * (-1.0 / asked)).unwrap();
    let off = (numbers(&loss)[0] - numbers(&expected["loss"])[0]).abs();
    assert!(off < 1e-6, "{name}: the loss is off by {off}");

    let grads = loss.backward().unwrap();
    let mut worst = (0.0, String::new());
    for (tensor, var) in checkpoint.weights.vars() {
        let wanted = &expected[&format!("gradient.{tensor}")];
        let off = match grads.get(&var) {
            Some(grad) => relative(grad, wanted),
            // An expert without tokens: transformers says zero, we say nothing.
            None => numbers(wanted).iter().fold(0f64, |m, x| m.max(x.abs())),
        };
        if off > worst.0 {
            worst = (off, tensor);
        }
    }
    assert!(
        worst.0 < 1e-5,
        "{name}: the gradient of {} is off by {}",
        worst.1,
        worst.0
    );
}

#[test]
fn llama_with_grouped_queries_and_linear_rope_equals_transformers() {
    check("llama");
}

#[test]
fn deepseek_without_a_query_latent_equals_transformers() {
    check("deepseek");
}

#[test]
fn deepseek_with_a_query_latent_equals_transformers() {
    check("deepseek_q_lora");
}

#[test]
fn deepseek_with_group_limited_routing_equals_transformers() {
    check("deepseek_groups");
}

#[test]
fn deepseek_with_yarn_equals_transformers() {
    check("deepseek_yarn");
}

#[test]
fn token_ids_equal_those_of_pythons_tokenizers() {
    let tokenizer = Tokenizer::from_file(&path("tokenizer/tokenizer.json")).unwrap();
    let text = std::fs::read_to_string(path("tokenizer/expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = expected.as_array().unwrap();
    assert!(rows.len() >= 7);
    for row in rows {
        let text = row["text"].as_str().unwrap();
        let ids: Vec<u32> = row["ids"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_u64().unwrap() as u32)
            .collect();
        assert_eq!(
            tokenizer.encode_with_specials(text).unwrap(),
            ids,
            "{text:?}"
        );
    }
}
