//! The loss against cases worked by hand, its gradient, and that it learns.

use super::super::{
    Credit, Example, NextToken, Objective, TrainParams, Trainer, Weighted, WeightedTokens,
    advantages,
    dpo::{Answer, Dpo, Preference},
    tests::{check_finite_differences, check_same_gradient, config, params, smooth, weights},
};
use super::*;
use crate::{
    Config,
    sampler::{Request, Sampler, SamplingParams, Seed, TokenBytes},
};

fn rollout(old: &[f32], reference: &[f32], advantage: f32) -> Rollout {
    Rollout {
        tokens: vec![7; old.len() + 1],
        old_log_probs: old.to_vec(),
        reference_log_probs: reference.to_vec(),
        advantages: vec![advantage],
    }
}

fn check(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 5e-7, "{found} and not {wanted}");
}

#[test]
fn k3_has_the_published_values() {
    for (at, wanted) in [
        (-1.0, 0.367_879),
        (-0.1, 0.004_837),
        (0.0, 0.0),
        (0.1, 0.005_171),
        (1.0, 0.718_282),
    ] {
        check(k3(at).0, wanted);
    }
}

/// Two answers of two and one tokens with ratios 1.5, 0.9 and 0.5, and a reference of the same
/// probabilities as the policy but for the second token, which is 0.1 likelier there in logarithm.
fn cases() -> (Vec<Rollout>, Vec<Vec<f32>>) {
    let ln = |x: f64| x.ln() as f32;
    let now = vec![vec![-1.0, -2.0], vec![-0.5]];
    let rollouts = vec![
        rollout(&[-1.0 - ln(1.5), -2.0 - ln(0.9)], &[-1.0, -1.9], 2.0),
        rollout(&[-0.5 - ln(0.5)], &[-0.5], -1.0),
    ];
    (rollouts, now)
}

fn loss(objective: &Grpo) -> f64 {
    let (rollouts, now) = cases();
    let judged = rollouts
        .iter()
        .zip(&now)
        .map(|(r, now)| objective.judge(r, &[now]).loss);
    judged.sum::<f64>() * objective.share(&rollouts)
}

#[test]
fn each_variant_gives_the_loss_worked_out_by_hand() {
    // Clipped at 0.2: 1.2·2 and 0.9·2 for the first answer, and −0.8 for the second, whose ratio of
    // 0.5 is below the lower bound while its advantage is negative.
    let k = 0.005_170_918;
    let first = 2.4 + 1.8;
    check(
        loss(&Grpo::plain(0.2, 0.5)),
        0.5 * (0.5 * (-first + 0.5 * k) + 0.8),
    );
    // Up to 1.28: 2.56.
    check(
        loss(&Grpo::dapo(0.2, 0.28, 0.5)),
        (-(2.56 + 1.8) + 0.5 * k + 0.8) / 3.0,
    );
    check(
        loss(&Grpo::dr_grpo(0.2, 0.5, 4)),
        0.125 * (-first + 0.5 * k + 0.8),
    );
    // The first answer's ratio is √(1.5·0.9) = 1.161895, within 1.2; the second's is 0.5.
    check(
        loss(&Grpo::gspo(0.2, 0.2, 0.0)),
        0.5 * (-2.0 * 1.161_895 + 0.8),
    );
}

#[test]
fn only_what_leaves_the_clip_range_the_wrong_way_is_cut_off() {
    let objective = Grpo::plain(0.2, 0.0);
    for (ratio, advantage, is_cut) in [
        (1.5, 1.0, true),
        (1.5, -1.0, false),
        (0.5, 1.0, false),
        (0.5, -1.0, true),
        (1.1, 1.0, false),
    ] {
        let item = rollout(&[-1.0 - f32::ln(ratio)], &[], advantage);
        let judged = objective.judge(&item, &[&[-1.0]]);
        let slope = if is_cut { 0.0 } else { -ratio * advantage };
        assert!((judged.slopes[0][0] - slope).abs() < 1e-6, "{ratio}");
        assert_eq!(
            judged.metrics[1],
            ("clip_ratio", f64::from(u8::from(is_cut)))
        );
    }
}

#[test]
fn slopes_are_the_derivatives_of_the_losses() {
    let (rollouts, now) = cases();
    let step = 1e-3_f32;
    for objective in [
        Grpo::plain(0.2, 0.5),
        Grpo::dapo(0.2, 0.28, 0.1),
        Grpo::dr_grpo(0.2, 0.3, 5),
        Grpo::gspo(0.3, 0.4, 0.2),
    ] {
        for (item, now) in rollouts.iter().zip(&now) {
            let slopes = objective.judge(item, &[now]).slopes;
            for token in 0..now.len() {
                let at = |change: f32| {
                    let mut now = now.clone();
                    now[token] += change;
                    objective.judge(item, &[&now]).loss
                };
                let slope = (at(step) - at(-step)) / (2.0 * f64::from(step));
                let error = (slope - f64::from(slopes[0][token])).abs();
                assert!(error < 1e-3, "{objective:?}: {slope} and {slopes:?}");
            }
        }
    }
}

/// Answers with the log-probabilities that a network gives them, moved by `shift`.
fn sampled(trainer: &Trainer, shift: impl Fn(usize, usize) -> f32) -> Vec<Rollout> {
    let examples: Vec<Example> = (0..6_u32)
        .map(|i| Example {
            tokens: (0..8 + i).map(|t| (t * (i + 2) + i) % 40).collect(),
            prompt: 3,
        })
        .collect();
    let outputs = trainer.evaluate(&NextToken, &examples).unwrap().outputs;
    let of = |(index, (example, outputs)): (usize, (Example, Vec<Vec<f32>>))| {
        let moved = |by: f32| -> Vec<f32> {
            let tokens = outputs[0].iter().enumerate();
            tokens.map(|(t, x)| x + by * shift(index, t)).collect()
        };
        Rollout {
            tokens: example.tokens,
            old_log_probs: moved(1.0),
            reference_log_probs: moved(-2.0),
            advantages: vec![[1.5, -0.5, -1.0][index % 3]],
        }
    };
    examples
        .into_iter()
        .zip(outputs)
        .enumerate()
        .map(of)
        .collect()
}

#[test]
fn gradients_of_the_loss_match_finite_differences_in_every_tensor() {
    for preset in ["tiny", "tiny-moe"] {
        let config = smooth(preset);
        let trainer = Trainer::new(&config, &weights(&config), params(0.0)).unwrap();
        // Ratios of e^±0.1 and, where it is clipped, e^±0.4, all far from the bounds at 0.8 and 1.2.
        let batch = sampled(&trainer, |i, t| [0.1, -0.1, 0.4, -0.4][(i + t) % 4]);
        for objective in [
            Grpo::plain(0.2, 0.3),
            Grpo::dapo(0.2, 0.28, 0.3),
            Grpo::dr_grpo(0.2, 0.3, 6),
            Grpo::gspo(0.2, 0.2, 0.3),
        ] {
            check_finite_differences(&trainer, &objective, &batch);
        }
    }
}

fn dense_and_mixture(check: impl Fn(&Config, &Trainer)) {
    for preset in ["tiny", "tiny-moe"] {
        let config = match config(preset) {
            // The routers' balance loss does not scale with an objective.
            Config::Moe(c) => Config::Moe(crate::MoeConfig {
                aux_loss_alpha: 0.0,
                ..c
            }),
            dense @ Config::Dense(_) => dense,
        };
        let trainer = Trainer::new(&config, &weights(&config), params(0.0)).unwrap();
        check(&config, &trainer);
    }
}

#[test]
fn at_ratio_one_the_gradient_is_the_coefficient_engines() {
    dense_and_mixture(|_, trainer| {
        let beta = 0.4;
        let mut batch = sampled(trainer, |i, t| [0.1, -0.2][(i + t) % 2]);
        let weighted: Vec<Weighted> = batch
            .iter_mut()
            .map(|r| {
                // The old policy is the present one; the reference stays where it was moved.
                let now: Vec<f32> = (r.old_log_probs.iter().zip(&r.reference_log_probs))
                    .map(|(old, reference)| (2.0 * old + reference) / 3.0)
                    .collect();
                let count = now.len() as f32;
                let coefficient = |(reference, now): (&f32, &f32)| {
                    (r.advantages[0] + beta * ((reference - now).exp() - 1.0)) / count
                };
                let coefficients = r.reference_log_probs.iter().zip(&now);
                let coefficients = coefficients.map(coefficient).collect();
                r.old_log_probs.clone_from(&now);
                Weighted {
                    tokens: r.tokens.clone(),
                    coefficients,
                }
            })
            .collect();
        let grpo = Grpo::plain(0.2, f64::from(beta));
        check_same_gradient(trainer, (&grpo, &batch), (&WeightedTokens, &weighted), 1.0);
    });
}

#[test]
fn rejection_sampling_is_supervised_learning_on_what_was_right() {
    dense_and_mixture(|_, trainer| {
        let mut batch = sampled(trainer, |_, _| 0.0);
        let rewards: Vec<Option<f64>> = (0..6).map(|i| Some(f64::from(i % 2))).collect();
        for (r, advantage) in batch.iter_mut().zip(advantages(&rewards, Credit::Correct)) {
            r.advantages = vec![advantage.unwrap() as f32];
        }
        let right = batch.iter().filter(|r| r.advantages[0] > 0.0);
        let right: Vec<Example> = right
            .map(|r| Example {
                tokens: r.tokens.clone(),
                prompt: 3,
            })
            .collect();
        let all = Aggregation::Token;
        let rft = Grpo {
            aggregation: all,
            ..Grpo::plain(0.2, 0.0)
        };
        let factor = rft.share(&batch) / NextToken.share(&right);
        check_same_gradient(trainer, (&rft, &batch), (&NextToken, &right), factor);
    });
}

#[test]
fn preferences_are_the_coefficient_engine_with_the_slope_of_their_margin() {
    dense_and_mixture(|_, trainer| {
        let samples = sampled(trainer, |_, _| 0.0);
        let beta = 0.3;
        let answer = |r: &Rollout, more: f64| Answer {
            tokens: r.tokens.clone(),
            prompt: 3,
            reference_log_prob: r.old_log_probs.iter().map(|&x| f64::from(x)).sum::<f64>() + more,
        };
        let pairs: Vec<Preference> = samples
            .chunks(2)
            .map(|two| Preference {
                better: answer(&two[0], 0.5),
                worse: answer(&two[1], -1.0),
            })
            .collect();
        // Δ is −0.5 for the better and 1 for the worse answer.
        let slope = beta / (1.0 + f64::exp(beta * -1.5));
        let weighted: Vec<Weighted> = samples
            .iter()
            .enumerate()
            .map(|(i, r)| Weighted {
                tokens: r.tokens.clone(),
                coefficients: vec![[slope, -slope][i % 2] as f32; r.old_log_probs.len()],
            })
            .collect();
        // A mean over pairs is twice a mean over answers.
        let dpo = Dpo { beta };
        check_same_gradient(trainer, (&dpo, &pairs), (&WeightedTokens, &weighted), 2.0);
    });
}

#[test]
fn a_bandit_is_learnt() {
    for (preset, objective) in [
        ("tiny", Grpo::plain(0.2, 0.01)),
        ("tiny-moe", Grpo::dapo(0.2, 0.28, 0.0)),
    ] {
        let config = config(preset);
        let weights = weights(&config);
        let reference = Sampler::new(&config, &weights, TokenBytes::default()).unwrap();
        let mut sampler = reference.clone();
        let params = TrainParams {
            micro_batch_tokens: 64,
            ..params(1e-2)
        };
        let mut trainer = Trainer::new(&config, &weights, params).unwrap();
        // Arms 0 to 9 of three bandits pay 1; all others nothing.
        let requests: Vec<Request> = (0..3)
            .map(|prompt| Request {
                tokens: vec![20, 21 + u32::try_from(prompt).unwrap()],
                prompt,
                first_rollout: 0,
                samples: 16,
            })
            .collect();
        let mut means = Vec::new();
        for step in 0..25 {
            let sampling = SamplingParams {
                max_new_tokens: 1,
                seed: Seed { run: 1, step },
                ..SamplingParams::default()
            };
            let groups = sampler.sample(&requests, &sampling).unwrap();
            let mut batch = Vec::new();
            let mut mean = 0.0;
            for (request, group) in requests.iter().zip(&groups) {
                let reward = |c: &crate::sampler::Completion| f64::from(u8::from(c.tokens[0] < 10));
                let rewards: Vec<Option<f64>> = group.iter().map(|c| Some(reward(c))).collect();
                mean += rewards.iter().flatten().sum::<f64>() / 48.0;
                let worth = advantages(&rewards, Credit::Standardised);
                for (completion, advantage) in group.iter().zip(worth) {
                    let tokens = [&request.tokens[..], &completion.tokens].concat();
                    let reference = reference.log_probs(&tokens).unwrap();
                    batch.push(Rollout {
                        tokens,
                        old_log_probs: completion.log_probs.clone(),
                        reference_log_probs: reference[1..].to_vec(),
                        advantages: vec![advantage.unwrap() as f32],
                    });
                }
            }
            means.push(mean);
            let report = trainer.step(&objective, &batch).unwrap();
            // One engine samples and trains: nothing but rounding lies between them.
            assert!(report.metrics["log_ratio_max"] < 1e-4, "{report:?}");
            sampler.refresh(&weights).unwrap();
        }
        assert!(means[0] < 0.5 && means[24] > 0.95, "{preset}: {means:?}");
    }
}
