//! Facts about training whole networks.

use super::*;
use crate::{Head, Training};
use candle_core::{DType, Device, Var};

/// Small enough for exhaustive checks.
pub(super) fn config(preset: &str) -> Config {
    match Config::preset(preset).unwrap().with_vocabulary(40, 0, 1) {
        Config::Dense(c) => Config::Dense(crate::DenseConfig {
            hidden_size: 32,
            intermediate_size: 48,
            num_hidden_layers: 2,
            num_attention_heads: 4,
            num_key_value_heads: 2,
            head_dim: 8,
            initializer_range: 0.15,
            ..c
        }),
        Config::Moe(c) => Config::Moe(crate::MoeConfig {
            hidden_size: 32,
            intermediate_size: 48,
            moe_intermediate_size: 16,
            num_hidden_layers: 2,
            num_attention_heads: 2,
            n_routed_experts: 6,
            num_experts_per_tok: 2,
            kv_lora_rank: 16,
            qk_nope_head_dim: 8,
            qk_rope_head_dim: 8,
            v_head_dim: 8,
            initializer_range: 0.15,
            ..c
        }),
    }
}

pub(super) fn weights(config: &Config) -> Weights {
    Weights::initial(config, 5, &Device::Cpu).unwrap()
}

fn examples() -> Vec<Example> {
    (0..14_u32)
        .map(|i| Example {
            tokens: (0..6 + i * 3 % 11)
                .map(|t| (t * (i + 2) + i * i) % 40)
                .collect(),
            prompt: i as usize % 4,
        })
        .collect()
}

pub(super) fn params(rate: f64) -> TrainParams {
    TrainParams {
        schedule: Schedule::constant(rate),
        micro_batch_tokens: 48,
        threads: 2,
        ..TrainParams::default()
    }
}

fn values(weights: &Weights) -> Vec<f32> {
    weights
        .iter()
        .flat_map(|(_, t)| t.flatten_all().unwrap().to_vec1::<f32>().unwrap())
        .collect()
}

/// Small, and every expert takes part, since a choice that flips makes the loss jump.
pub(super) fn smooth(preset: &str) -> Config {
    match config(preset) {
        Config::Moe(c) => Config::Moe(crate::MoeConfig {
            num_experts_per_tok: c.n_routed_experts,
            aux_loss_alpha: 0.0,
            ..c
        }),
        dense @ Config::Dense(_) => dense,
    }
}

/// Every tensor's largest slope must be what the loss does when that number is changed.
pub(super) fn check_finite_differences<O: Objective>(
    trainer: &Trainer,
    objective: &O,
    batch: &[O::Item],
) {
    let (part, _) = trainer.gradients(objective, batch).unwrap();
    for (slot, gradient) in trainer.slots.iter().zip(&part.gradients) {
        let Some(gradient) = gradient else {
            panic!("`{}` has no gradient", slot.name)
        };
        let gradient = gradient.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let at = |v: &f32| v.abs();
        let (index, slope) = gradient
            .iter()
            .enumerate()
            .max_by(|a, b| at(a.1).total_cmp(&at(b.1)))
            .unwrap();
        let loss = |change: f32| {
            let flat = slot.var.as_tensor().flatten_all().unwrap();
            let mut numbers = flat.to_vec1::<f32>().unwrap();
            let old = numbers.clone();
            numbers[index] += change;
            let set = |numbers: Vec<f32>| {
                let tensor = Tensor::from_vec(numbers, slot.var.shape(), &Device::Cpu);
                slot.var.set(&tensor.unwrap()).unwrap();
            };
            set(numbers);
            let loss = trainer.evaluate(objective, batch).unwrap().loss;
            set(old);
            loss
        };
        let step = 4e-3;
        let difference = (loss(step) - loss(-step)) / (2.0 * f64::from(step));
        let error = (difference - f64::from(*slope)).abs();
        let bound = 2e-2 * f64::from(slope.abs()) + 2e-4;
        assert!(error < bound, "`{}`: {slope} and {difference}", slot.name);
    }
}

/// Two objectives, each on its own batch, must have the same gradient but for a factor.
pub(super) fn check_same_gradient<A: Objective, B: Objective>(
    trainer: &Trainer,
    (a, a_batch): (&A, &[A::Item]),
    (b, b_batch): (&B, &[B::Item]),
    factor: f64,
) {
    let (a, _) = trainer.gradients(a, a_batch).unwrap();
    let (b, _) = trainer.gradients(b, b_batch).unwrap();
    let mut size = 0.0_f32;
    for (a, b) in a.gradients.iter().zip(&b.gradients) {
        let (a, b) = (a.as_ref().unwrap(), b.as_ref().unwrap());
        let largest = |t: &Tensor| {
            t.abs()
                .unwrap()
                .max_all()
                .unwrap()
                .to_scalar::<f32>()
                .unwrap()
        };
        let error = largest(&(a - b.affine(factor, 0.0).unwrap()).unwrap());
        assert!(error < 1e-5, "{error}");
        size = size.max(largest(a));
    }
    assert!(size > 1e-2, "gradients of {size} show nothing");
}

#[test]
fn gradients_of_the_sft_loss_match_finite_differences_in_every_tensor() {
    for preset in ["tiny", "tiny-moe"] {
        let config = smooth(preset);
        let trainer = Trainer::new(&config, &weights(&config), params(0.0)).unwrap();
        check_finite_differences(&trainer, &NextToken, &examples());
    }
}

#[test]
fn a_small_network_learns_a_small_corpus_by_heart() {
    for preset in ["tiny", "tiny-moe"] {
        let config = config(preset);
        let mut trainer = Trainer::new(&config, &weights(&config), params(1e-2)).unwrap();
        let batch = examples();
        let first = trainer.step(&NextToken, &batch).unwrap();
        assert!(
            (first.loss - 40_f64.ln()).abs() < 0.7,
            "{preset}: {}",
            first.loss
        );
        for _ in 0..150 {
            trainer.step(&NextToken, &batch).unwrap();
        }
        let loss = trainer.evaluate(&NextToken, &batch).unwrap().loss;
        assert!(loss < 0.15, "{preset}: {loss}");
    }
}

#[test]
fn positive_coefficients_make_a_token_likelier_and_negative_ones_less_likely() {
    let config = config("tiny");
    let mut trainer = Trainer::new(&config, &weights(&config), params(3e-3)).unwrap();
    let arm = |token, coefficient| Weighted {
        tokens: vec![3, 4, token],
        coefficients: vec![coefficient],
    };
    let batch = [arm(10, 1.0), arm(11, -1.0), arm(12, 0.0)];
    let log_probs = |trainer: &Trainer| -> Vec<f32> {
        let outputs = trainer.evaluate(&WeightedTokens, &batch).unwrap().outputs;
        outputs.iter().map(|o| o[0][0]).collect()
    };
    let before = log_probs(&trainer);
    for _ in 0..10 {
        trainer.step(&WeightedTokens, &batch).unwrap();
    }
    let after = log_probs(&trainer);
    assert!(
        after[0] > before[0] + 0.3 && after[1] < before[1] - 0.3,
        "{before:?} {after:?}"
    );
}

#[test]
fn supervised_learning_is_the_coefficient_engine_with_ones() {
    let config = config("tiny-moe");
    let weights = weights(&config);
    let trainer = Trainer::new(&config, &weights, params(0.0)).unwrap();
    let examples = examples();
    let share = NextToken.share(&examples) * examples.len() as f64;
    let weighted: Vec<Weighted> = examples
        .iter()
        .map(|e| Weighted {
            tokens: e.tokens.clone(),
            coefficients: vec![share as f32; e.tokens.len() - e.prompt.max(1)],
        })
        .collect();
    check_same_gradient(
        &trainer,
        (&NextToken, &examples),
        (&WeightedTokens, &weighted),
        1.0,
    );
}

#[test]
fn one_thread_and_three_threads_give_the_same_bits_in_either_precision() {
    for preset in ["tiny", "tiny-moe"] {
        let config = config(preset);
        let run = |threads, precision| {
            let weights = weights(&config);
            let params = TrainParams {
                threads,
                precision,
                ..params(1e-2)
            };
            let mut trainer = Trainer::new(&config, &weights, params).unwrap();
            let reports: Vec<_> = (0..4)
                .map(|_| trainer.step(&NextToken, &examples()).unwrap())
                .collect();
            (reports, values(&weights))
        };
        let losses = [Precision::F32, Precision::Bf16].map(|precision| {
            let alone = run(1, precision);
            assert!(alone == run(3, precision), "{preset}, {precision:?}");
            alone.0[3].loss
        });
        let off = (losses[1] / losses[0] - 1.0).abs();
        assert!(off > 0.0 && off < 0.05, "{preset}: {losses:?}");
    }
}

#[test]
fn a_resumed_training_takes_the_same_next_step_to_the_bit() {
    for preset in ["tiny", "tiny-moe"] {
        let config = config(preset);
        let schedule = Schedule {
            peak: 1e-2,
            warmup: 2,
            decay: Decay::Cosine {
                steps: 9,
                floor: 0.0,
            },
        };
        let optimiser = OptimiserParams {
            muon: (preset == "tiny-moe").then(MuonParams::default),
            weight_decay: 0.1,
            ..OptimiserParams::default()
        };
        let params = TrainParams {
            optimiser,
            schedule,
            ..params(0.0)
        };
        let first = weights(&config);
        let mut trainer = Trainer::new(&config, &first, params.clone()).unwrap();
        for _ in 0..3 {
            trainer.step(&NextToken, &examples()).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.safetensors");
        let extra = serde_json::json!({"place": 17});
        trainer.save_state(&path, 99, extra.clone()).unwrap();
        let report = trainer.step(&NextToken, &examples()).unwrap();
        let other = Weights::initial(&config, 1234, &Device::Cpu).unwrap();
        let mut resumed = Trainer::new(&config, &other, params).unwrap();
        let saved = resumed.resume(&path).unwrap();
        assert_eq!(
            saved,
            Saved {
                step: 3,
                seed: 99,
                extra
            }
        );
        assert_eq!(resumed.step(&NextToken, &examples()).unwrap(), report);
        assert!(values(&other) == values(&first), "{preset}");
    }
}

#[test]
fn a_state_of_another_rule_is_refused_by_what_it_lacks_and_changes_nothing() {
    let config = config("tiny");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.safetensors");
    let trainer = Trainer::new(&config, &weights(&config), params(0.0)).unwrap();
    trainer
        .save_state(&path, 0, serde_json::Value::Null)
        .unwrap();
    let optimiser = OptimiserParams {
        muon: Some(MuonParams::default()),
        ..OptimiserParams::default()
    };
    let muon = TrainParams {
        optimiser,
        ..params(0.0)
    };
    let other = weights(&config);
    let before = values(&other);
    let mut trainer = Trainer::new(&config, &other, muon).unwrap();
    let message = trainer.resume(&path).unwrap_err().to_string();
    assert!(
        message.contains("lacks `momentum:") && !message.contains('\n'),
        "{message}"
    );
    assert_eq!(values(&other), before);
}

#[test]
fn a_damaged_or_foreign_state_is_refused_and_changes_nothing() {
    let dense = config("tiny");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.safetensors");
    let trainer = Trainer::new(&dense, &weights(&dense), params(0.0)).unwrap();
    trainer
        .save_state(&path, 0, serde_json::Value::Null)
        .unwrap();
    let moe = config("tiny-moe");
    let other = weights(&moe);
    let before = values(&other);
    let mut foreign = Trainer::new(&moe, &other, params(0.0)).unwrap();
    let mut messages = vec![foreign.resume(&path).unwrap_err().to_string()];
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    messages.push(foreign.resume(&path).unwrap_err().to_string());
    messages.push(
        foreign
            .resume(&folder.path().join("none"))
            .unwrap_err()
            .to_string(),
    );
    for message in messages {
        assert!(
            message.contains('`') && !message.contains('\n'),
            "{message}"
        );
    }
    assert_eq!(values(&other), before);
}

#[test]
fn adapters_start_as_nothing_learn_alone_and_merge_into_ordinary_weights() {
    for preset in ["tiny", "tiny-moe"] {
        let config = config(preset);
        let base = weights(&config);
        let before = values(&base);
        let lora = LoraParams {
            rank: 4,
            alpha: 8.0,
            targets: ["q_proj", "o_proj", "gate_proj", "down_proj"]
                .map(String::from)
                .into(),
            base: String::new(),
        };
        let count = lora.count(&config);
        let lora = Lora::new(&config, &base, &lora, 1).unwrap();
        assert_eq!(values(lora.adapters()).len(), count);
        let mut trainer = Trainer::adapted(&config, lora, params(2e-2)).unwrap();
        let plain = Network::new(&config, &base.frozen()).unwrap();
        let batch = examples();
        let start = trainer.evaluate(&NextToken, &batch).unwrap();
        assert_eq!(
            start,
            evaluate(&plain, &NextToken, &batch, &params(0.0)).unwrap()
        );
        for _ in 0..40 {
            trainer.step(&NextToken, &batch).unwrap();
        }
        let end = trainer.evaluate(&NextToken, &batch).unwrap();
        assert!(
            end.loss < start.loss - 1.0,
            "{preset}: {} to {}",
            start.loss,
            end.loss
        );
        assert_eq!(values(&base), before);
        let merged = trainer.weights().unwrap();
        merged.check(&config).unwrap();
        let network = Network::new(&config, &merged).unwrap();
        assert_eq!(
            evaluate(&network, &NextToken, &batch, &params(0.0)).unwrap(),
            end
        );
    }
}

#[test]
fn adapters_resume_to_the_same_next_step_and_are_written_as_peft_names_them() {
    let config = config("tiny");
    let base = weights(&config);
    let lora = LoraParams {
        rank: 2,
        alpha: 4.0,
        targets: vec!["q_proj".into()],
        base: "the base".into(),
    };
    let start = || {
        let lora = Lora::new(&config, &base, &lora, 1).unwrap();
        Trainer::adapted(&config, lora, params(2e-2)).unwrap()
    };
    let (mut whole, batch) = (start(), examples());
    whole.step(&NextToken, &batch).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    whole
        .save_state(&state, 1, serde_json::Value::Null)
        .unwrap();
    let mut resumed = start();
    resumed.resume(&state).unwrap();
    for trainer in [&mut whole, &mut resumed] {
        trainer.step(&NextToken, &batch).unwrap();
    }
    let adapters = |trainer: &Trainer| values(trainer.adapters().unwrap().adapters());
    assert_eq!(adapters(&whole), adapters(&resumed));

    let adapted = whole.adapters().unwrap();
    adapted.write(folder.path(), &config).unwrap();
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let notes: serde_json::Value = serde_json::from_slice(&read("adapter_config.json")).unwrap();
    assert_eq!(notes["base_model_name_or_path"], "the base");
    assert_eq!(
        (&notes["r"], &notes["lora_alpha"]),
        (&2.into(), &4.0.into())
    );
    let file = read("adapter_model.safetensors");
    let tensors = safetensors::SafeTensors::deserialize(&file).unwrap();
    let layers = config.num_hidden_layers();
    assert_eq!(tensors.len(), 2 * layers);
    let name = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
    let width = config.hidden_size();
    assert_eq!(tensors.tensor(name).unwrap().shape(), [2, width]);
}

#[test]
fn lora_targets_and_ranks_that_a_model_cannot_have_are_refused() {
    let config = config("tiny");
    for (targets, named) in [
        (vec!["query"], "`query`"),
        (vec!["q_proj", "o_porj"], "`o_porj`"),
        (vec!["embed_tokens"], "`embed_tokens`"),
        (vec![], "``"),
    ] {
        let lora = LoraParams {
            rank: 4,
            alpha: 8.0,
            targets: targets.into_iter().map(String::from).collect(),
            base: String::new(),
        };
        let refused = Lora::new(&config, &weights(&config), &lora, 1).unwrap_err();
        let message = refused.to_string();
        assert!(
            message.contains(&format!("name {named}")) && message.contains("`gate_proj`"),
            "{message}"
        );
    }
    for rank in [0, 1 << 40] {
        let lora = LoraParams {
            rank,
            alpha: 8.0,
            targets: vec!["q_proj".into()],
            base: String::new(),
        };
        assert!(Lora::new(&config, &weights(&config), &lora, 1).is_err());
    }
}

#[test]
fn a_reward_model_with_adapters_trains_its_head_in_full_and_nothing_else() {
    let config = config("tiny").with_head(Head::Scalar);
    let base = weights(&config);
    let before = values(&base);
    let params_of_adapters = LoraParams {
        rank: 2,
        alpha: 4.0,
        targets: vec!["q_proj".into()],
        base: String::new(),
    };
    let lora = Lora::new(&config, &base, &params_of_adapters, 1).unwrap();
    let mut trainer = Trainer::adapted(&config, lora, params(1e-2)).unwrap();
    let labelled: Vec<Labelled> = (0..8)
        .map(|i| Labelled {
            tokens: vec![5, i, 7],
            label: f32::from(u8::from(i % 2 == 0)),
        })
        .collect();
    for _ in 0..3 {
        trainer.step(&PointWise, &labelled).unwrap();
    }
    assert_eq!(values(&base), before);
    let merged = trainer.weights().unwrap();
    for (name, tensor) in base.iter() {
        let now = merged.tensor(name).unwrap();
        let same = (now - tensor).unwrap().abs().unwrap().sum_all().unwrap();
        let same = same.to_scalar::<f32>().unwrap() == 0.0;
        let learns = name == "score.weight" || name.ends_with("q_proj.weight");
        assert_eq!(same, !learns, "{name}");
    }
}

#[test]
fn reward_models_learn_which_answers_are_right() {
    for preset in ["tiny", "tiny-moe"] {
        let config = config(preset).with_head(Head::Scalar);
        // An answer is right when it ends in an even token.
        let answers: Vec<Vec<u32>> = (0..24).map(|i| vec![5, i, 7, 10 + i]).collect();
        let labelled: Vec<Labelled> = answers
            .iter()
            .map(|t| Labelled {
                tokens: t.clone(),
                label: f32::from(t[3] % 2 == 0),
            })
            .collect();
        let mut trainer = Trainer::new(&config, &weights(&config), params(1e-2)).unwrap();
        for _ in 0..40 {
            trainer.step(&PointWise, &labelled).unwrap();
        }
        let end = trainer.evaluate(&PointWise, &labelled).unwrap();
        assert!(
            end.loss < 0.2 && end.metrics["accuracy"] > 0.99,
            "{preset}: {end:?}"
        );

        let pairs: Vec<Pair> = answers
            .chunks(2)
            .map(|two| Pair {
                better: two[1].clone(),
                worse: two[0].clone(),
            })
            .collect();
        let mut trainer = Trainer::new(&config, &weights(&config), params(1e-2)).unwrap();
        for _ in 0..40 {
            trainer.step(&PairWise, &pairs).unwrap();
        }
        let end = trainer.evaluate(&PairWise, &pairs).unwrap();
        assert!(
            end.loss < 0.2 && end.metrics["accuracy"] > 0.99,
            "{preset}: {end:?}"
        );
    }
}

#[test]
fn a_gradient_that_is_not_finite_changes_nothing_and_is_reported() {
    let config = config("tiny");
    let weights = weights(&config);
    let mut trainer = Trainer::new(&config, &weights, params(1e-2)).unwrap();
    let before = values(&weights);
    let item = Weighted {
        tokens: vec![1, 2, 3],
        coefficients: vec![f32::NAN],
    };
    assert!(
        trainer
            .step(&WeightedTokens, &[item])
            .unwrap()
            .skipped
            .is_some()
    );
    assert_eq!(values(&weights), before);
}

#[test]
fn frozen_weights_cannot_be_trained() {
    let config = config("tiny");
    let frozen = weights(&config).copied(Training::Frozen).unwrap();
    assert!(Trainer::new(&config, &frozen, params(0.0)).is_err());
}

#[test]
fn the_weights_that_a_sampler_shares_follow_each_step() {
    let config = config("tiny");
    let weights = weights(&config);
    let name = "model.norm.weight";
    let var = Var::from_tensor(weights.tensor(name).unwrap()).unwrap();
    let before = var.as_tensor().to_vec1::<f32>().unwrap();
    let mut trainer = Trainer::new(&config, &weights, params(1e-2)).unwrap();
    trainer.step(&NextToken, &examples()).unwrap();
    assert_ne!(
        weights.tensor(name).unwrap().to_vec1::<f32>().unwrap(),
        before
    );
}

#[test]
fn half_precision_learns_as_single_precision_does_on_any_device() {
    let device = crate::device_under_test();
    // Many lengths, so that most rows of the batch are padded.
    let batch: Vec<Example> = (0..48)
        .map(|i| Example {
            tokens: (0..8 + i % 17 * 3)
                .map(|t| (t * 7 + i * i) % 1000)
                .collect(),
            prompt: 2,
        })
        .collect();
    for shape in ["tiny", "tiny-moe"] {
        let config = Config::preset(shape).unwrap();
        let weights = Weights::initial(&config, 0, &Device::Cpu).unwrap();
        let run = |dtype, device: &Device| -> Vec<f64> {
            let weights = weights.converted(Training::Trainable, dtype, device);
            let mut trainer =
                Trainer::new(&config, &weights.unwrap(), TrainParams::default()).unwrap();
            let step = |_| {
                let report = trainer.step(&NextToken, &batch).unwrap();
                assert_eq!(report.skipped, None, "{shape} {dtype:?}");
                report.loss
            };
            (0..4).map(step).collect()
        };
        let exact = run(DType::F32, &Device::Cpu);
        for (dtype, tolerance) in [(DType::F32, 1e-4), (DType::BF16, 1e-2)] {
            for (loss, wanted) in run(dtype, &device).iter().zip(&exact) {
                let off = (loss - wanted).abs() / wanted;
                assert!(off < tolerance, "{shape} {dtype:?}: {loss} {wanted}");
            }
        }
    }
}
