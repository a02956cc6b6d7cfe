//! Means over seeds and held-out problems, with intervals.
//!
//! Runs of the same seeds measured on the same problems are compared pair by pair. A resample draws
//! seeds and problems anew, the problems the same for all seeds, so that an interval covers both what
//! another seed and what other problems would have given.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::results::mean;

/// Resamples of an interval.
const RESAMPLES: usize = 2_000;

/// The seed of the resamples: the same results give the same interval.
const SEED: u64 = 1;

/// A mean and its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    pub(super) mean: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Estimate {
    /// Over seeds, each with a value for each problem; NaN where a problem has none. `None` of nothing.
    pub(super) fn over(seeds: &[Vec<f64>]) -> Option<Self> {
        let problems = seeds.iter().map(Vec::len).min()?;
        if problems == 0 {
            return None;
        }
        let seeds: Vec<Vec<f64>> = seeds.to_vec();
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let mut index = |below: usize| {
            // The high half of a product is an index; its bias is below 2^-40.
            let place = (u128::from(random.next_u64()) * below as u128) >> 64;
            usize::try_from(place).expect("below the length")
        };
        let of = |chosen: &[usize], drawn: &[usize]| {
            let values = chosen
                .iter()
                .flat_map(|&seed| drawn.iter().map(move |&problem| (seed, problem)))
                .map(|(seed, problem)| seeds[seed][problem])
                .filter(|value| value.is_finite());
            mean(&values.collect::<Vec<_>>())
        };
        let all: Vec<usize> = (0..problems).collect();
        let every: Vec<usize> = (0..seeds.len()).collect();
        let middle = of(&every, &all);
        let mut means: Vec<f64> = (0..RESAMPLES)
            .map(|_| {
                let chosen: Vec<usize> = every.iter().map(|_| index(seeds.len())).collect();
                let drawn: Vec<usize> = all.iter().map(|_| index(problems)).collect();
                of(&chosen, &drawn)
            })
            .collect();
        means.sort_by(f64::total_cmp);
        Some(Self {
            mean: middle,
            low: means[RESAMPLES * 25 / 1000],
            high: means[RESAMPLES * 975 / 1000 - 1],
        })
    }
}

/// `a - b` problem by problem.
pub(super) fn differences(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_covers_seeds_and_problems() {
        let of = |seeds: &[Vec<f64>]| Estimate::over(seeds).unwrap();
        let same = of(&[vec![0.5; 50], vec![0.5; 50]]);
        assert_eq!((same.mean, same.low, same.high), (0.5, 0.5, 0.5));
        let seeds = of(&[vec![0.2; 50], vec![0.6; 50]]);
        assert!(seeds.low <= 0.21 && seeds.high >= 0.59, "{seeds:?}");
        let problems: Vec<f64> = (0..50).map(|i| f64::from(i % 2)).collect();
        let problems = of(&[problems]);
        assert!(problems.low < 0.4 && problems.high > 0.6, "{problems:?}");
        assert_eq!(Estimate::over(&[]), None);
    }

    #[test]
    fn a_pair_that_is_not_there_is_left_out() {
        let found = Estimate::over(&[differences(&[1.0, f64::NAN, 1.0], &[0.5, 0.0, 0.5])]);
        assert_eq!(found.map(|f| f.mean), Some(0.5));
    }
}
