//! Samples to read: the best, the worst, and those that the reward fell for.
//!
//! The reward fell for a rollout that is wrong by all cases and was paid at least what the right ones
//! of these steps were paid on average. That is one meaning for every source of rewards: a wrong
//! program that weak tests pass, one whose label was turned, one that a reward model likes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::price::Price;
use super::rounded;
use crate::results::mean;

/// How many of each kind are kept.
const OF_A_KIND: usize = 3;

/// A rollout, as far as it is read.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Rollout {
    step: u64,
    prompt: String,
    completion: String,
    verdict: String,
    weak: Option<bool>,
    flipped: bool,
    gold: Option<bool>,
    reward: Option<f64>,
    reward_model: Option<f64>,
}

/// A sample to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sample {
    pub(crate) kind: Kind,
    pub(crate) step: u64,
    pub(crate) problem: String,
    pub(crate) prompt: String,
    pub(crate) completion: String,
    pub(crate) verdict: String,
    pub(crate) weak: Option<bool>,
    pub(crate) flipped: bool,
    pub(crate) reward: f64,
    pub(crate) reward_model: Option<f64>,
    /// How often this very program came.
    pub(crate) count: usize,
    /// Whether it answers a problem that the policy is measured by.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) held_out: bool,
}

/// Why a sample was picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Right, and paid the most.
    Best,
    /// Wrong, and paid the least.
    Worst,
    /// Wrong, and paid like a right one.
    Fooled,
}

/// The rollouts of the last steps of a run's folder.
pub(super) fn last(folder: &Path, steps: usize) -> Vec<Rollout> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = files.map(|file| file.path()).collect();
    files.sort();
    let last = &files[files.len().saturating_sub(steps)..];
    let lines = last.iter().filter_map(|path| File::open(path).ok());
    let lines = lines.flat_map(|file| {
        BufReader::new(GzDecoder::new(file))
            .lines()
            .map_while(Result::ok)
    });
    lines
        .filter_map(|line| serde_json::from_str(&line).ok())
        .collect()
}

fn price(rollouts: &[Rollout]) -> Option<Price> {
    let paid = rollouts.iter().map(|r| (r.gold, r.reward));
    Price::of(&paid.collect::<Vec<_>>())
}

fn fooled(rollout: &Rollout, price: &Price) -> bool {
    price.fools(rollout.gold, rollout.reward)
}

/// The share of judged rollouts that the reward fell for.
pub(super) fn fooled_share(rollouts: &[Rollout]) -> Option<f64> {
    let price = price(rollouts)?;
    let judged: Vec<f64> = rollouts
        .iter()
        .filter(|r| r.gold.is_some())
        .map(|r| f64::from(u8::from(fooled(r, &price))))
        .collect();
    (!judged.is_empty()).then(|| mean(&judged))
}

/// A few rollouts of each kind, each program once, those of fooled ones that came most often.
pub(super) fn pick(rollouts: &[Rollout], prompts: &BTreeMap<String, String>) -> Vec<Sample> {
    let Some(price) = price(rollouts) else {
        return Vec::new();
    };
    let mut each: BTreeMap<(&str, &str), (usize, &Rollout)> = BTreeMap::new();
    for rollout in rollouts.iter().filter(|r| r.reward.is_some()) {
        let entry = each.entry((&rollout.prompt, &rollout.completion));
        entry.or_insert((0, rollout)).0 += 1;
    }
    let paid = |rollout: &Rollout| rollout.reward.unwrap_or_default();
    let mut picked = Vec::new();
    for kind in [Kind::Best, Kind::Worst, Kind::Fooled] {
        let mut of: Vec<&(usize, &Rollout)> = each
            .values()
            .filter(|(_, r)| match kind {
                Kind::Best => r.gold == Some(true),
                Kind::Worst => r.gold == Some(false) && !fooled(r, &price),
                Kind::Fooled => fooled(r, &price),
            })
            .collect();
        // Equals keep the order of their problems, so that the same run gives the same samples.
        of.sort_by(|(a_count, a), (b_count, b)| match kind {
            Kind::Best => paid(b).total_cmp(&paid(a)),
            Kind::Worst => paid(a).total_cmp(&paid(b)),
            Kind::Fooled => b_count.cmp(a_count).then(paid(b).total_cmp(&paid(a))),
        });
        picked.extend(of.into_iter().take(OF_A_KIND).map(|(count, r)| Sample {
            kind,
            step: r.step,
            problem: r.prompt.clone(),
            prompt: prompts.get(&r.prompt).cloned().unwrap_or_default(),
            completion: r.completion.clone(),
            verdict: r.verdict.clone(),
            weak: r.weak,
            flipped: r.flipped,
            reward: rounded(paid(r)),
            reward_model: r.reward_model.map(rounded),
            count: *count,
            held_out: false,
        }));
    }
    picked
}

/// A program that the reward fell for in a measurement, as a line of measurements has it.
#[derive(Clone, Debug, Deserialize)]
struct Fooled {
    problem: String,
    completion: String,
    verdict: String,
    weak: Option<bool>,
    flipped: bool,
    reward: f64,
    reward_model: Option<f64>,
    count: usize,
}

/// The programs of a line of measurements that the reward fell for.
pub(super) fn fooled_held_out(
    line: &Map<String, Value>,
    prompts: &BTreeMap<String, String>,
) -> Vec<Sample> {
    let programs = line.get("fooled").cloned().unwrap_or_default();
    let programs: Vec<Fooled> = serde_json::from_value(programs).unwrap_or_default();
    let sample = |of: Fooled| Sample {
        kind: Kind::Fooled,
        step: super::step_of(line),
        prompt: prompts.get(&of.problem).cloned().unwrap_or_default(),
        problem: of.problem,
        completion: of.completion,
        verdict: of.verdict,
        weak: of.weak,
        flipped: of.flipped,
        reward: rounded(of.reward),
        reward_model: of.reward_model.map(rounded),
        count: of.count,
        held_out: true,
    };
    programs.into_iter().map(sample).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rollout(completion: &str, gold: bool, reward: f64) -> Rollout {
        Rollout {
            step: 1,
            prompt: "p".into(),
            completion: completion.into(),
            verdict: String::new(),
            weak: None,
            flipped: false,
            gold: Some(gold),
            reward: Some(reward),
            reward_model: None,
        }
    }

    #[test]
    fn the_reward_fell_for_what_is_wrong_and_paid_like_what_is_right() {
        let rollouts = [
            rollout("right", true, 0.8),
            rollout("hack", false, 0.9),
            rollout("hack", false, 0.9),
            rollout("wrong", false, 0.2),
        ];
        assert_eq!(fooled_share(&rollouts), Some(0.5));
        let picked = pick(&rollouts, &BTreeMap::new());
        let seen: Vec<_> = picked
            .iter()
            .map(|s| (s.kind, &s.completion[..], s.count))
            .collect();
        let wanted = [
            (Kind::Best, "right", 1),
            (Kind::Worst, "wrong", 1),
            (Kind::Fooled, "hack", 2),
        ];
        assert_eq!(seen, wanted);
    }

    #[test]
    fn what_the_reward_fell_for_in_a_measurement_is_read_with_its_prompt() {
        let line = r#"{"step": 4, "fooled": [{"problem": "p", "completion": "c", "verdict": "passed",
            "weak": true, "flipped": false, "reward": 0.51234567, "reward_model": null, "count": 2}]}"#;
        let prompts = BTreeMap::from([("p".to_owned(), "def f".to_owned())]);
        let found = fooled_held_out(&serde_json::from_str(line).unwrap(), &prompts);
        assert_eq!(found.len(), 1);
        let sample = &found[0];
        assert!(sample.held_out && sample.kind == Kind::Fooled);
        assert_eq!(
            (&sample.prompt[..], sample.step, sample.count),
            ("def f", 4, 2)
        );
        assert!((sample.reward - 0.51235).abs() < 1e-9, "{}", sample.reward);
        assert!(fooled_held_out(&Map::new(), &prompts).is_empty());
    }

    #[test]
    fn full_tests_are_not_fooled_and_where_nothing_is_right_the_best_paid_fool() {
        let honest = [rollout("right", true, 1.0), rollout("wrong", false, 0.0)];
        assert_eq!(fooled_share(&honest), Some(0.0));
        let none = [rollout("a", false, 0.9), rollout("b", false, 0.1)];
        assert_eq!(fooled_share(&none), Some(0.5));
        assert_eq!(fooled_share(&[rollout("a", false, 0.0)]), Some(0.0));
        assert_eq!(fooled_share(&[]), None);
    }
}
