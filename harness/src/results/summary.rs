//! What an evaluation found, in numbers and as a table.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::stats::mean;
use super::{PassAtK, tallies};
use crate::RewardSpec;
use crate::judge::{Counts, Outcome, Verdict};

/// The last line of an evaluation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Summary {
    #[serde(rename = "type")]
    kind: &'static str,
    problems: usize,
    candidates: usize,
    passed: usize,
    verdicts: BTreeMap<&'static str, usize>,
    pass_at_k: BTreeMap<String, f64>,
    ci95: BTreeMap<String, [f64; 2]>,
    /// pass@1 on the visible cases alone, where there are hidden ones too.
    #[serde(skip_serializing_if = "Option::is_none")]
    visible_pass_at_1: Option<f64>,
    reward: String,
    /// The mean over the candidates that have a reward.
    mean_reward: Option<f64>,
    unwrapped: usize,
    fuel: u64,
    /// How many were judged by this process, and how many had what was found for a twin; what an
    /// interrupted process had found before is in neither.
    judged: usize,
    reused: usize,
    wall_s: f64,
    /// Of those that were judged.
    candidates_per_s: f64,
    not_judged: usize,
}

/// What a summary is made from.
pub(crate) struct Found<'a> {
    /// How many problems the suite has.
    pub(crate) problems: usize,
    /// Each candidate's problem and what was found.
    pub(crate) outcomes: Vec<(usize, &'a Outcome)>,
    /// How many were taken out of a Markdown fence.
    pub(crate) unwrapped: usize,
    /// How many were judged now, not before an interruption, in so many seconds.
    pub(crate) counts: Counts,
    pub(crate) wall_s: f64,
    pub(crate) ks: &'a [usize],
    pub(crate) reward: &'a RewardSpec,
}

impl Summary {
    pub(crate) fn of(found: &Found<'_>) -> Self {
        let outcomes = &found.outcomes;
        let count = |verdict| {
            outcomes
                .iter()
                .filter(|(_, o)| o.verdict == verdict)
                .count()
        };
        let tallies = |passed: &dyn Fn(&Outcome) -> Option<bool>| {
            let each = outcomes
                .iter()
                .map(|(problem, outcome)| (*problem, passed(outcome)));
            tallies(found.problems, each)
        };
        let all = PassAtK::of(&tallies(&Outcome::passed), found.ks);
        let has = |visible| {
            outcomes
                .iter()
                .any(|(_, o)| o.cases.iter().any(|case| case.visible == visible))
        };
        let both = has(true) && has(false);
        let visible = both.then(|| {
            let tallies = tallies(&Outcome::passed_visible);
            PassAtK::means(&tallies, found.ks).remove("pass@1")
        });
        #[allow(
            clippy::cast_precision_loss,
            reason = "counts of candidates are far below 2^52"
        )]
        let rate = found.counts.judged as f64 / found.wall_s.max(1e-9);
        let rewards = outcomes
            .iter()
            .filter_map(|(_, outcome)| found.reward.of(outcome));
        let rewards: Vec<f64> = rewards.collect();
        Self {
            kind: "summary",
            problems: found.problems,
            candidates: outcomes.len(),
            passed: count(Verdict::Passed),
            verdicts: Verdict::ALL
                .into_iter()
                .map(|verdict| (verdict.name(), count(verdict)))
                .filter(|(_, count)| *count > 0)
                .collect(),
            pass_at_k: all.mean,
            ci95: all.ci95,
            visible_pass_at_1: visible.flatten(),
            reward: found.reward.to_string(),
            mean_reward: (!rewards.is_empty()).then(|| mean(&rewards)),
            unwrapped: found.unwrapped,
            fuel: outcomes.iter().map(|(_, outcome)| outcome.fuel.0).sum(),
            judged: found.counts.judged,
            reused: found.counts.reused,
            wall_s: found.wall_s,
            candidates_per_s: rate,
            not_judged: count(Verdict::NotJudged),
        }
    }

    pub(crate) fn not_judged(&self) -> usize {
        self.not_judged
    }
}

/// The summary for people.
pub(crate) fn table(summary: &Summary) -> String {
    let mut text = String::new();
    let mut row = |name: &str, value: String| {
        writeln!(text, "{name:<20} {value}").expect("a string takes every line");
    };
    row("problems", summary.problems.to_string());
    row("candidates", summary.candidates.to_string());
    for (name, mean) in ordered(&summary.pass_at_k) {
        let [low, high] = summary.ci95[name];
        row(
            name,
            format!(
                "{:.1} %  (95 % interval {:.1} to {:.1})",
                mean * 100.,
                low * 100.,
                high * 100.
            ),
        );
    }
    if let (Some(visible), Some(all)) = (summary.visible_pass_at_1, summary.pass_at_k.get("pass@1"))
    {
        let gap = (visible - all) * 100.0;
        row(
            "visible pass@1",
            format!("{:.1} %  ({gap:.1} points above all cases)", visible * 100.),
        );
    }
    if let Some(reward) = summary.mean_reward {
        row("mean reward", format!("{reward:.4}  ({})", summary.reward));
    }
    for verdict in Verdict::ALL {
        if let Some(count) = summary.verdicts.get(verdict.name()) {
            row(verdict.name(), count.to_string());
        }
    }
    if summary.unwrapped > 0 {
        row(
            "unwrapped",
            format!("{} taken out of Markdown fences", summary.unwrapped),
        );
    }
    if summary.reused > 0 {
        let reused = format!("{} equal to one that was judged", summary.reused);
        row("reused", reused);
    }
    row(
        "time",
        format!(
            "{:.1} s, {:.0} candidates a second",
            summary.wall_s, summary.candidates_per_s
        ),
    );
    text.trim_end().to_owned()
}

/// By k, not by the text of `pass@k`.
fn ordered(pass_at_k: &BTreeMap<String, f64>) -> Vec<(&String, f64)> {
    let mut rows: Vec<_> = pass_at_k.iter().map(|(name, mean)| (name, *mean)).collect();
    rows.sort_by_key(|(name, _)| name.trim_start_matches("pass@").parse::<usize>().ok());
    rows
}
