//! What a step says of itself: the names that the run folder's documentation lists.

use std::collections::BTreeMap;

use model::Config;
use model::train::{StepReport, has_signal};

use super::{Group, Rollout};
use crate::Verdict;
use crate::train::reward_model::auc;

/// A name in the metrics and its value.
pub(super) type Number = (&'static str, f64);

/// What the groups of a step were.
pub(super) fn of_groups(groups: &[Group]) -> Vec<Number> {
    let all: Vec<&Rollout> = groups.iter().flat_map(|group| &group.rollouts).collect();
    let judged: Vec<&&Rollout> = all.iter().filter(|r| r.weak.is_some()).collect();
    let share = |part: usize, whole: usize| ratio(part, whole);
    let weak = judged.iter().filter(|r| r.weak == Some(true));
    let false_passes = weak.clone().filter(|r| r.outcome.passed() == Some(false));
    let gold = judged.iter().filter(|r| r.outcome.passed() == Some(true));
    let mut numbers = vec![
        (
            "reward_mean",
            mean(all.iter().filter_map(|r| r.rewards.total)),
        ),
        ("reward_std", mean(groups.iter().filter_map(reward_std))),
        (
            "reward_rule_mean",
            mean(all.iter().filter_map(|r| r.rewards.rule)),
        ),
        (
            "reward_model_mean",
            mean(all.iter().filter_map(|r| r.rewards.model)),
        ),
        ("pass_rate_weak", share(weak.clone().count(), judged.len())),
        ("pass_rate_gold", share(gold.count(), judged.len())),
        ("false_pass_rate", share(false_passes.count(), weak.count())),
        (
            "frac_reward_zero_std",
            share(
                groups.iter().filter(|group| !differs(group)).count(),
                groups.len(),
            ),
        ),
        (
            "entropy",
            mean(
                all.iter()
                    .flat_map(|r| &r.completion.log_probs)
                    .map(|&log_prob| -f64::from(log_prob)),
            ),
        ),
        (
            "advantage_std",
            std(all.iter().filter(|r| r.learned).filter_map(|r| r.advantage)),
        ),
        (
            "completion_length_mean",
            mean(all.iter().map(|r| float(r.completion.tokens.len()))),
        ),
        (
            "completion_length_max",
            float(
                all.iter()
                    .map(|r| r.completion.tokens.len())
                    .max()
                    .unwrap_or(0),
            ),
        ),
        (
            "truncated_ratio",
            share(all.iter().filter(|r| r.truncated()).count(), all.len()),
        ),
        (
            "not_judged_rate",
            share(all.len() - judged.len(), all.len()),
        ),
        ("rollouts", float(all.len())),
        ("groups_sampled", float(groups.len())),
        (
            "groups_used",
            float(
                groups
                    .iter()
                    .filter(|group| group.rollouts.iter().any(|r| r.learned))
                    .count(),
            ),
        ),
    ];
    if all.iter().any(|r| r.rewards.model.is_some()) {
        let gold = |r: &Rollout| r.outcome.passed();
        numbers.push(("reward_model_auc", auc_of(&all, gold)));
        numbers.push(("reward_model_auc_weak", auc_of(&all, |r| r.weak)));
    }
    for (verdict, name) in VERDICTS {
        let count = all.iter().filter(|r| r.outcome.verdict == verdict).count();
        numbers.push((name, float(count)));
    }
    numbers
}

/// What the updates of a step did; `rate` is the learning rate.
pub(super) fn of_updates(reports: &[StepReport], rate: f64, config: &Config) -> Vec<Number> {
    let mut sums: BTreeMap<&'static str, f64> = BTreeMap::new();
    for report in reports {
        for (name, value) in &report.metrics {
            *sums.entry(name).or_default() += value / float(reports.len());
        }
    }
    let of = |name: &str| sums.get(name).copied().unwrap_or(f64::NAN);
    let first = reports.first().and_then(|r| r.metrics.get("log_ratio_max"));
    let mut numbers = vec![
        ("loss", mean(reports.iter().map(|r| r.loss))),
        ("lr", rate),
        (
            "gradient_norm",
            mean(reports.iter().map(|r| r.gradient_norm)),
        ),
        ("kl", of("kl")),
        ("clip_ratio", of("clip_ratio")),
        (
            "sampler_trainer_logprob_diff_max",
            first.copied().unwrap_or(f64::NAN),
        ),
        ("updates", float(reports.len())),
        (
            "skipped",
            float(reports.iter().filter(|r| r.skipped.is_some()).count()),
        ),
    ];
    if let Config::Moe(moe) = config {
        let mixtures = (0..moe.num_hidden_layers).filter(|&layer| moe.is_mixture(layer));
        let weight = moe.aux_loss_alpha * float(mixtures.count());
        if weight > 0.0 {
            let balance = mean(reports.iter().map(|r| r.balance_loss / weight));
            numbers.push(("router_balance", balance));
        }
    }
    numbers
}

const VERDICTS: [(Verdict, &str); 9] = [
    (Verdict::Passed, "verdict_passed"),
    (Verdict::WrongAnswer, "verdict_wrong_answer"),
    (Verdict::RuntimeError, "verdict_runtime_error"),
    (Verdict::CompileError, "verdict_compile_error"),
    (Verdict::OutOfFuel, "verdict_out_of_fuel"),
    (Verdict::OutOfMemory, "verdict_out_of_memory"),
    (Verdict::OutputLimit, "verdict_output_limit"),
    (Verdict::ProtocolViolation, "verdict_protocol_violation"),
    (Verdict::NotJudged, "verdict_not_judged"),
];

/// How well the reward model tells rollouts apart by a label; NaN unless both kinds are there.
fn auc_of(rollouts: &[&Rollout], label: impl Fn(&Rollout) -> Option<bool>) -> f64 {
    let known = rollouts
        .iter()
        .filter_map(|r| Some((r.rewards.model?, label(r)?)));
    let (scores, labels): (Vec<f64>, Vec<bool>) = known.unzip();
    auc(&scores, &labels).unwrap_or(f64::NAN)
}

fn differs(group: &Group) -> bool {
    let rewards: Vec<_> = group.rollouts.iter().map(|r| r.rewards.total).collect();
    has_signal(&rewards)
}

fn reward_std(group: &Group) -> Option<f64> {
    let found = std(group.rollouts.iter().filter_map(|r| r.rewards.total));
    found.is_finite().then_some(found)
}

/// The mean; NaN, which the metrics show as null, of nothing.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), x| (sum + x, count + 1));
    sum / float(count)
}

/// The standard deviation with n − 1; NaN of fewer than two.
fn std(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    let middle = mean(values.iter().copied());
    let square: f64 = values.iter().map(|x| (x - middle).powi(2)).sum();
    if values.len() < 2 {
        f64::NAN
    } else {
        (square / float(values.len() - 1)).sqrt()
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    float(part) / float(whole)
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(super) fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_its_count_under_its_own_name() {
        let names = Verdict::ALL.map(|verdict| format!("verdict_{}", verdict.name()));
        assert_eq!(VERDICTS.map(|(_, name)| name.to_owned()), names);
        assert_eq!(VERDICTS.map(|(verdict, _)| verdict), Verdict::ALL);
    }
}
