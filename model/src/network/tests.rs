//! Facts about whole networks.

use super::*;
use crate::{Config, MoeConfig, NO_TARGET, TopkMethod};
use candle_core::{DType, Device};

/// Shapes small enough for exhaustive checks, with everything that can differ between them.
fn configs() -> Vec<Config> {
    let Config::Dense(dense) = Config::preset("tiny").unwrap() else {
        panic!()
    };
    let dense = crate::DenseConfig {
        vocab_size: 50,
        hidden_size: 24,
        intermediate_size: 40,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        head_dim: 6,
        initializer_range: 0.3,
        ..dense
    };
    let tied = crate::DenseConfig {
        tie_word_embeddings: true,
        ..dense.clone()
    };
    let Config::Moe(moe) = Config::preset("tiny-moe").unwrap() else {
        panic!()
    };
    let moe = MoeConfig {
        vocab_size: 50,
        hidden_size: 24,
        intermediate_size: 40,
        moe_intermediate_size: 10,
        num_hidden_layers: 3,
        num_attention_heads: 3,
        n_routed_experts: 8,
        num_experts_per_tok: 3,
        kv_lora_rank: 12,
        qk_nope_head_dim: 8,
        qk_rope_head_dim: 4,
        v_head_dim: 6,
        initializer_range: 0.3,
        norm_topk_prob: true,
        routed_scaling_factor: 1.0,
        ..moe
    };
    let grouped = MoeConfig {
        q_lora_rank: Some(10),
        topk_method: TopkMethod::GroupLimitedGreedy {
            n_group: 4,
            topk_group: 2,
        },
        norm_topk_prob: false,
        routed_scaling_factor: 2.5,
        aux_loss_alpha: 0.1,
        n_shared_experts: 0,
        ..moe.clone()
    };
    vec![
        Config::Dense(dense),
        Config::Dense(tied),
        Config::Moe(moe),
        Config::Moe(grouped),
    ]
}

fn batch() -> Batch {
    let ids = |n: u32, step: u32| (0..n).map(|i| (i * step + 3) % 50).collect::<Vec<_>>();
    Batch::new(&[ids(17, 7), ids(9, 11), ids(12, 3)]).unwrap()
}

/// Negative log-probability of something at every token, the last ones too, so that every token
/// pulls on the experts that it went to; plus the balance loss.
fn loss(network: &Network, batch: &Batch) -> (Tensor, Forward) {
    let pass = network.forward(batch).unwrap();
    let tokens = batch.ids().iter().zip(batch.is_token());
    let targets: Vec<u32> = tokens
        .map(|(id, token)| if token { (id * 7 + 1) % 50 } else { NO_TARGET })
        .collect();
    let log_probs = network.log_probs(&pass.hidden, &targets).unwrap();
    let mut loss = (log_probs.sum_all().unwrap() * -0.05).unwrap();
    if let Some(balance) = &pass.balance_loss {
        loss = (loss + balance).unwrap();
    }
    (loss, pass)
}

fn number(t: &Tensor) -> f64 {
    t.to_dtype(DType::F64).unwrap().to_scalar().unwrap()
}

#[test]
fn every_variable_has_a_gradient_except_experts_without_tokens() {
    for config in configs() {
        let weights = Weights::initial(&config, 1, &Device::Cpu).unwrap();
        let network = Network::new(&config, &weights).unwrap();
        // Few tokens, so that some expert stays without any.
        let batch = Batch::new(&[[3u32, 9, 14], [1, 2, 3]]).unwrap();
        let (loss, pass) = loss(&network, &batch);
        let grads = loss.backward().unwrap();
        let idle: Vec<String> = pass
            .routing
            .iter()
            .flat_map(|r| {
                let idle = r.counts.iter().enumerate().filter(|(_, c)| **c == 0);
                idle.map(|(e, _)| format!("model.layers.{}.mlp.experts.{e}.", r.layer))
            })
            .collect();
        if matches!(config, Config::Moe(_)) {
            assert!(!idle.is_empty(), "the batch must leave an expert idle");
        }
        for (name, var) in weights.vars() {
            let expected = !idle.iter().any(|prefix| name.starts_with(prefix.as_str()));
            let grad = grads.get(&var);
            assert_eq!(grad.is_some(), expected, "{name}");
            if let Some(grad) = grad {
                let size = number(&grad.sqr().unwrap().sum_all().unwrap());
                assert!(size > 0.0, "{name}");
            }
        }
    }
}

#[test]
fn every_gradient_is_what_finite_differences_in_f64_say() {
    for config in configs() {
        let weights = Weights::initial(&config, 2, &Device::Cpu).unwrap();
        let exact = weights.converted(crate::Training::Trainable, DType::F64, &Device::Cpu);
        let exact = exact.unwrap();
        let (fused, _) = loss(&Network::new(&config, &weights).unwrap(), &batch());
        let fused = fused.backward().unwrap();
        let network = Network::new(&config, &exact).unwrap();
        let (value, _) = loss(&network, &batch());
        let grads = value.backward().unwrap();
        for ((name, var), (_, single)) in exact.vars().iter().zip(weights.vars()) {
            let Some(grad) = grads.get(var) else { continue };
            let size = number(&grad.sqr().unwrap().sum_all().unwrap()).sqrt();
            let direction = (grad / size).unwrap();
            let original = var.as_tensor().copy().unwrap();
            let moved = |by: f64| {
                var.set(&(&original + (&direction * by).unwrap()).unwrap())
                    .unwrap();
                number(&loss(&network, &batch()).0)
            };
            let quotient = (moved(1e-6) - moved(-1e-6)) / 2e-6;
            var.set(&original).unwrap();
            assert!(
                (quotient - size).abs() < 1e-5 * size.max(1e-3),
                "{name}: {quotient} {size}"
            );

            let single = fused.get(&single).expect("the same experts have tokens");
            let off = (single.to_dtype(DType::F64).unwrap() - grad).unwrap();
            let off = number(&off.sqr().unwrap().sum_all().unwrap()).sqrt();
            assert!(
                off < 1e-5 * size.max(1e-3),
                "{name}: fused is off by {off} of {size}"
            );
        }
    }
}

#[test]
fn products_in_bf16_move_every_gradient_a_little() {
    // All experts take part, since a choice that flips moves gradients by more.
    let every_expert = |config| match config {
        Config::Moe(c) => Config::Moe(MoeConfig {
            num_experts_per_tok: c.n_routed_experts,
            topk_method: TopkMethod::Greedy,
            ..c
        }),
        dense @ Config::Dense(_) => dense,
    };
    for config in configs().into_iter().map(every_expert) {
        let weights = Weights::initial(&config, 2, &Device::Cpu).unwrap();
        let [exact, rounded] = [Precision::F32, Precision::Bf16].map(|precision| {
            let network = Network::in_precision(&config, &weights, precision).unwrap();
            loss(&network, &batch()).0.backward().unwrap()
        });
        for (name, var) in weights.vars() {
            let [exact, rounded] = [&exact, &rounded].map(|grads| grads.get(&var).unwrap());
            let size = |t: &Tensor| number(&t.sqr().unwrap().sum_all().unwrap()).sqrt();
            let off = size(&(exact - rounded).unwrap()) / size(exact);
            assert!(off > 1e-5 && off < 0.3, "{name}: {off}");
        }
    }
}

#[test]
fn a_sequence_does_not_notice_its_neighbours_or_its_padding() {
    for config in configs() {
        let weights = Weights::initial(&config, 3, &Device::Cpu).unwrap().frozen();
        let network = Network::new(&config, &weights).unwrap();
        let all = batch();
        let together = network.forward(&all).unwrap().hidden;
        for (item, &n) in all.lengths().iter().enumerate() {
            let ids = &all.ids()[item * all.seq()..][..n];
            let alone = network
                .forward(&Batch::new(&[ids]).unwrap())
                .unwrap()
                .hidden;
            let alone = alone.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            let row = together.get(item).unwrap().narrow(0, 0, n).unwrap();
            let row = row.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            let off = alone
                .iter()
                .zip(&row)
                .fold(0f32, |m, (a, b)| m.max((a - b).abs()));
            assert!(off < 1e-5, "{off}");
        }
    }
}

#[test]
fn a_balanced_router_has_balance_loss_alpha() {
    // With equal scores each expert's mean score is 1/E, and Σ count·E/(S·K)·(1/E) is 1.
    for config in configs()
        .into_iter()
        .filter(|c| matches!(c, Config::Moe(_)))
    {
        let Config::Moe(moe) = &config else { panic!() };
        let weights = Weights::initial(&config, 3, &Device::Cpu).unwrap();
        for (name, var) in weights.vars() {
            if name.ends_with("mlp.gate.weight") {
                var.set(&var.zeros_like().unwrap()).unwrap();
            }
        }
        let pass = Network::new(&config, &weights)
            .unwrap()
            .forward(&batch())
            .unwrap();
        let wanted = 2.0 * moe.aux_loss_alpha;
        assert!((number(&pass.balance_loss.unwrap()) / wanted - 1.0).abs() < 1e-5);
        assert!((pass.routing[0].entropy - 8f64.ln()).abs() < 1e-5);
    }
}

#[test]
fn a_scalar_head_reads_each_sequences_last_token_and_says_no_logits() {
    for config in configs() {
        let config = config.with_head(Head::Scalar);
        let weights = Weights::initial(&config, 4, &Device::Cpu).unwrap();
        let network = Network::new(&config, &weights).unwrap();
        let all = batch();
        let hidden = network.forward(&all).unwrap().hidden;
        let scores = network
            .scores(&hidden, &all)
            .unwrap()
            .to_vec1::<f32>()
            .unwrap();
        let ids = &all.ids()[all.seq()..][..all.lengths()[1]];
        let alone = Batch::new(&[ids]).unwrap();
        let hidden_alone = network.forward(&alone).unwrap().hidden;
        let score = network
            .scores(&hidden_alone, &alone)
            .unwrap()
            .to_vec1::<f32>()
            .unwrap()[0];
        assert!((scores[1] - score).abs() < 1e-5, "{scores:?} {score}");
        assert!(network.logits(&hidden).is_err());
        let scores = network.scores(&hidden, &all).unwrap();
        let grads = scores.sum_all().unwrap().backward().unwrap();
        assert!(grads.get(weights.tensor("score.weight").unwrap()).is_some());
    }
}

#[test]
fn log_probs_are_the_normalised_logits() {
    for config in configs() {
        let weights = Weights::initial(&config, 5, &Device::Cpu).unwrap().frozen();
        let network = Network::new(&config, &weights).unwrap();
        let hidden = network.forward(&batch()).unwrap().hidden;
        let targets = batch().next_tokens();
        let log_probs = network.log_probs(&hidden, &targets).unwrap();
        let log_probs = log_probs.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let logits = network
            .logits(&hidden)
            .unwrap()
            .reshape((targets.len(), 50))
            .unwrap();
        for (at, row) in logits.to_vec2::<f32>().unwrap().iter().enumerate() {
            let total: f64 = row.iter().map(|l| f64::from(*l).exp()).sum();
            let wanted = match targets[at] {
                NO_TARGET => 0.0,
                target => f64::from(row[target as usize]) - total.ln(),
            };
            assert!((f64::from(log_probs[at]) - wanted).abs() < 1e-5);
        }
    }
}

#[test]
fn a_token_outside_the_vocabulary_is_one_clear_line() {
    let config = &configs()[0];
    let weights = Weights::initial(config, 1, &Device::Cpu).unwrap();
    let network = Network::new(config, &weights).unwrap();
    let message = network
        .forward(&Batch::new(&[[50u32]]).unwrap())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("token id 50") && !message.contains('\n'),
        "{message}"
    );
}

#[test]
fn a_sequence_beyond_the_models_positions_is_refused() {
    let config = &configs()[0];
    let weights = Weights::initial(config, 1, &Device::Cpu).unwrap();
    let network = Network::new(config, &weights).unwrap();
    let message = network
        .forward(&Batch::new(&[[1u32; 2049]]).unwrap())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("2049 tokens") && !message.contains('\n'),
        "{message}"
    );
}
