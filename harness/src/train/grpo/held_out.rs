//! What the reward would have paid for the samples that the policy is measured by.
//!
//! All cases say how good the policy is; what the reward sees says how far it may be trusted, on
//! problems that nothing was learned from.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::numbers::Number;
use super::{Group, Rollout};
use crate::observed::Price;
use crate::results::mean;

/// Programs that are kept to be read.
const KEPT: usize = 3;

/// Numbers, and the programs that the reward fell for.
pub(super) struct AsPaid {
    pub(super) numbers: Vec<Number>,
    pub(super) fooled: Json,
}

impl AsPaid {
    /// Of samples that were paid; `names` are the problems' ids.
    pub(super) fn of(groups: &[Group], name: impl Fn(usize) -> String) -> Self {
        let all = || {
            let each = groups.iter();
            each.flat_map(|group| group.rollouts.iter().map(move |r| (group.problem, r)))
        };
        let paid = all().map(|(_, r)| (r.outcome.passed(), r.rewards.total));
        let price = Price::of(&paid.collect::<Vec<_>>());
        let fools = |r: &Rollout| {
            let price = price.as_ref();
            price.is_some_and(|price| price.fools(r.outcome.passed(), r.rewards.total))
        };
        let judged: Vec<&Rollout> = all().map(|(_, r)| r).filter(|r| r.weak.is_some()).collect();
        let weak: Vec<&&Rollout> = judged.iter().filter(|r| r.weak == Some(true)).collect();
        let wrong = weak.iter().filter(|r| r.outcome.passed() == Some(false));
        let rewards: Vec<f64> = judged.iter().filter_map(|r| r.rewards.total).collect();
        let mut programs: BTreeMap<(usize, &str), (usize, &Rollout)> = BTreeMap::new();
        for (problem, rollout) in all().filter(|(_, r)| fools(r)) {
            let key = (problem, &rollout.completion.text[..]);
            programs.entry(key).or_insert((0, rollout)).0 += 1;
        }
        let fell: usize = programs.values().map(|(count, _)| count).sum();
        let mut programs: Vec<_> = programs.into_iter().collect();
        let total = |rollout: &Rollout| rollout.rewards.total.unwrap_or_default();
        programs.sort_by(|(_, (a_count, a)), (_, (b_count, b))| {
            b_count.cmp(a_count).then(total(b).total_cmp(&total(a)))
        });
        let line = |((problem, text), (count, r)): ((usize, &str), (usize, &Rollout))| {
            json!({
                "problem": name(problem),
                "completion": text,
                "verdict": r.outcome.verdict.name(),
                "weak": r.weak,
                "flipped": r.turned,
                "reward": r.rewards.total,
                "reward_model": r.rewards.model,
                "count": count,
            })
        };
        Self {
            numbers: vec![
                ("weak_pass_at_1", share(weak.len(), judged.len())),
                ("false_pass_rate", share(wrong.count(), weak.len())),
                ("fell_for", share(fell, judged.len())),
                ("reward_mean", mean(&rewards)),
            ],
            fooled: programs.into_iter().take(KEPT).map(line).collect(),
        }
    }

    /// For a line of measurements.
    pub(super) fn put(&self, line: &mut Map<String, Json>) {
        for (name, value) in &self.numbers {
            line.insert((*name).to_owned(), (*value).into());
        }
        line.insert("fooled".to_owned(), self.fooled.clone());
    }
}

/// NaN, which files show as null, of nothing.
#[allow(clippy::cast_precision_loss, reason = "counts of samples")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
