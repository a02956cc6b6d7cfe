//! Pass rates with their uncertainty.

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::Serialize;

/// How often a resample of the problems is drawn for an interval.
const RESAMPLES: usize = 10_000;

/// The seed of the resamples: the same results give the same interval.
const SEED: u64 = 1;

/// The probability that at least one of `k` candidates passes, when `passed` of `judged` did and
/// `k` are drawn without replacement. The unbiased estimator of the Codex paper (arXiv 2107.03374).
/// `None` where fewer than `k` were judged.
pub fn pass_at_k(judged: usize, passed: usize, k: usize) -> Option<f64> {
    if judged < k || k == 0 {
        return None;
    }
    if judged - passed < k {
        return Some(1.0);
    }
    #[allow(
        clippy::cast_precision_loss,
        reason = "counts of samples are far below 2^52"
    )]
    let none_passes: f64 = (judged - passed + 1..=judged)
        .map(|i| 1.0 - k as f64 / i as f64)
        .product();
    Some(1.0 - none_passes)
}

/// The 95 % interval of a mean over problems: percentiles of bootstrap resamples of the problems.
pub fn bootstrap_interval(values: &[f64]) -> [f64; 2] {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let count = values.len();
    // A whole resample's random bits at a time, which the generator makes side by side.
    let mut bits = vec![0; 8 * count];
    let mut drawn = vec![0.0; count];
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            random.fill_bytes(&mut bits);
            for (drawn, bits) in drawn.iter_mut().zip(bits.as_chunks().0) {
                // A multiplication maps 64 random bits to an index; its bias is below 2^-40.
                let index = (u128::from(u64::from_le_bytes(*bits)) * count as u128) >> 64;
                *drawn = values[usize::try_from(index).expect("below the length")];
            }
            mean(&drawn)
        })
        .collect();
    means.sort_by(f64::total_cmp);
    [
        means[RESAMPLES * 25 / 1000],
        means[RESAMPLES * 975 / 1000 - 1],
    ]
}

/// The arithmetic mean; NaN of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    #[allow(
        clippy::cast_precision_loss,
        reason = "counts of problems are far below 2^52"
    )]
    let count = values.len() as f64;
    values.iter().sum::<f64>() / count
}

/// What was found for one problem's candidates. Those that could not be judged are not in it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) judged: usize,
    pub(crate) passed: usize,
}

/// Counts per problem; `passed` is `None` for a candidate that could not be judged.
pub(crate) fn tallies(
    problems: usize,
    candidates: impl Iterator<Item = (usize, Option<bool>)>,
) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); problems];
    for (problem, passed) in candidates {
        if let Some(passed) = passed {
            tallies[problem].judged += 1;
            tallies[problem].passed += usize::from(passed);
        }
    }
    tallies
}

/// pass@k for several k, with intervals.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PassAtK {
    /// `pass@1` and its kin.
    pub mean: BTreeMap<String, f64>,
    /// The 95 % interval of each.
    pub ci95: BTreeMap<String, [f64; 2]>,
}

impl PassAtK {
    /// Over the problems that have candidates; a `k` that some of them cannot fill is left out.
    pub(crate) fn of(tallies: &[Tally], ks: &[usize]) -> Self {
        let mut found = Self::default();
        for (name, values) in each_pass_at_k(tallies, ks) {
            found.mean.insert(name.clone(), mean(&values));
            found.ci95.insert(name, bootstrap_interval(&values));
        }
        found
    }

    /// The means alone, which take none of the time of the intervals.
    pub(crate) fn means(tallies: &[Tally], ks: &[usize]) -> BTreeMap<String, f64> {
        each_pass_at_k(tallies, ks)
            .map(|(name, values)| (name, mean(&values)))
            .collect()
    }
}

/// Each pass@k's name, and its value for each problem.
fn each_pass_at_k(tallies: &[Tally], ks: &[usize]) -> impl Iterator<Item = (String, Vec<f64>)> {
    ks.iter().filter_map(|k| {
        let judged = tallies.iter().filter(|tally| tally.judged > 0);
        let values: Option<Vec<f64>> = judged
            .map(|tally| pass_at_k(tally.judged, tally.passed, *k))
            .collect();
        let values = values.filter(|values| !values.is_empty())?;
        Some((format!("pass@{k}"), values))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pass_at_k_gives_the_published_values() {
        for (judged, passed, k, expected) in [
            (10, 1, 5, 0.5),
            (10, 3, 5, 0.916_667),
            (200, 1, 100, 0.5),
            (200, 7, 10, 0.305_599),
        ] {
            let found = pass_at_k(judged, passed, k).unwrap();
            assert!(
                (found - expected).abs() < 1e-6,
                "{judged} {passed} {k}: {found}"
            );
        }
        assert_eq!(pass_at_k(3, 3, 1), Some(1.0));
        assert_eq!(pass_at_k(3, 0, 3), Some(0.0));
        assert_eq!(pass_at_k(3, 1, 4), None);
    }

    #[test]
    fn an_interval_covers_the_mean_and_narrows_with_more_problems() {
        let values = |count: usize| {
            (0..count)
                .map(|i| f64::from(u8::from(i % 2 == 0)))
                .collect()
        };
        let few: Vec<f64> = values(20);
        let many: Vec<f64> = values(500);
        let ([low, high], [lower, upper]) = (bootstrap_interval(&few), bootstrap_interval(&many));
        assert!(low < 0.5 && 0.5 < high);
        assert!(upper - lower < (high - low) / 3.0);
        // A binomial mean of 500 has a standard error of 0.0224.
        assert!((upper - lower - 2.0 * 1.96 * 0.0224).abs() < 0.01);
    }

    #[test]
    fn a_k_that_some_problem_cannot_fill_is_left_out() {
        let tallies = [
            Tally {
                judged: 3,
                passed: 1,
            },
            Tally {
                judged: 2,
                passed: 1,
            },
        ];
        let found = PassAtK::of(&tallies, &[1, 2, 3]);
        assert_eq!(found.mean.keys().collect::<Vec<_>>(), ["pass@1", "pass@2"]);
    }

    #[test]
    fn a_candidate_that_was_not_judged_counts_for_nothing() {
        let found = tallies(1, [(0, Some(true)), (0, None)].into_iter());
        assert_eq!((found[0].judged, found[0].passed), (1, 1));
    }
}
