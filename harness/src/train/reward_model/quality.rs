//! How good a reward model is, on held-out problems: does it know right from wrong, does it know how
//! sure it may be, and what is it worth to choose by it?

use serde::Serialize;

use super::Sample;

/// Bins of the calibration.
const BINS: usize = 10;

/// What was found after a pass.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(in crate::train) struct Quality {
    /// Passes over the items so far.
    pub(super) epoch: u64,
    /// Samples that were judged.
    pub(super) samples: usize,
    /// Share whose probability is on the right side of one half.
    pub(in crate::train) accuracy_gold: f64,
    pub(in crate::train) accuracy_weak: f64,
    /// Probability that a right answer scores above a wrong one, over all problems.
    pub(in crate::train) auc_gold: f64,
    pub(in crate::train) auc_weak: f64,
    /// The same within a problem, averaged over the problems that have both kinds.
    pub(super) auc_gold_within: f64,
    /// Mean distance of probability and frequency, by bins, weighted by their counts.
    pub(super) ece_gold: f64,
    pub(in crate::train) bins: Vec<Bin>,
    /// Share of the samples that pass all cases.
    pub(super) pass_at_1: f64,
    /// Share of the problems whose highest-scored sample does.
    pub(super) best_of_n: f64,
    /// Share of the problems with a sample that does.
    pub(super) pass_at_n: f64,
}

/// Samples of similar probability.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(in crate::train) struct Bin {
    pub(super) count: usize,
    /// Mean of the probabilities.
    pub(super) probability: f64,
    /// Share that passes all cases.
    pub(super) gold: f64,
}

impl Quality {
    /// Of scores, one a sample.
    pub(in crate::train) fn of(epoch: u64, samples: &[Sample], scores: &[f64]) -> Self {
        let gold: Vec<bool> = samples.iter().map(|s| s.gold).collect();
        let weak: Vec<bool> = samples.iter().map(|s| s.weak).collect();
        let probabilities: Vec<f64> = scores.iter().map(|s| 1.0 / (1.0 + (-s).exp())).collect();
        let (ece_gold, bins) = calibration(&probabilities, &gold);
        let (mut within, mut best, mut any, mut problems) = (Vec::new(), 0, 0, 0);
        let mut first = 0;
        for group in samples.chunk_by(|a, b| a.problem == b.problem) {
            let scores = &scores[first..first + group.len()];
            first += group.len();
            problems += 1;
            let gold: Vec<bool> = group.iter().map(|s| s.gold).collect();
            within.extend(auc(scores, &gold));
            any += usize::from(gold.contains(&true));
            let top = (0..scores.len())
                .rev()
                .max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
            best += usize::from(top.is_some_and(|top| gold[top]));
        }
        let agree = |labels: &[bool]| {
            let right = scores
                .iter()
                .zip(labels)
                .filter(|(s, l)| (**s > 0.0) == **l);
            share(right.count(), labels.len())
        };
        Self {
            epoch,
            samples: samples.len(),
            accuracy_gold: agree(&gold),
            accuracy_weak: agree(&weak),
            auc_gold: auc(scores, &gold).unwrap_or(f64::NAN),
            auc_weak: auc(scores, &weak).unwrap_or(f64::NAN),
            auc_gold_within: share_of(&within),
            ece_gold,
            bins,
            pass_at_1: share(gold.iter().filter(|g| **g).count(), gold.len()),
            best_of_n: share(best, problems),
            pass_at_n: share(any, problems),
        }
    }
}

/// The area under the curve by ranks, ties counting half; `None` unless there are both kinds.
pub(in crate::train) fn auc(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let right = labels.iter().filter(|l| **l).count();
    let wrong = labels.len() - right;
    if right == 0 || wrong == 0 {
        return None;
    }
    let (mut below, mut sum) = (0, 0.0);
    for equals in order.chunk_by(|&a, &b| scores[a].total_cmp(&scores[b]).is_eq()) {
        let good = equals.iter().filter(|&&i| labels[i]).count();
        let bad = equals.len() - good;
        sum += float(good) * (float(below) + float(bad) / 2.0);
        below += bad;
    }
    Some(sum / (float(right) * float(wrong)))
}

fn calibration(probabilities: &[f64], gold: &[bool]) -> (f64, Vec<Bin>) {
    let mut sums = [(0_usize, 0.0_f64, 0_usize); BINS];
    for (probability, gold) in probabilities.iter().zip(gold) {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number from 0 to 10"
        )]
        let bin = ((probability * float(BINS)) as usize).min(BINS - 1);
        sums[bin].0 += 1;
        sums[bin].1 += probability;
        sums[bin].2 += usize::from(*gold);
    }
    let bins = sums.map(|(count, sum, gold)| Bin {
        count,
        probability: if count == 0 {
            f64::NAN
        } else {
            sum / float(count)
        },
        gold: share(gold, count),
    });
    let used = bins.iter().filter(|bin| bin.count > 0);
    let error = used.map(|bin| float(bin.count) * (bin.probability - bin.gold).abs());
    (error.sum::<f64>() / float(gold.len()), bins.into())
}

fn share(part: usize, whole: usize) -> f64 {
    float(part) / float(whole)
}

fn share_of(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / float(values.len())
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(problem: usize, gold: bool) -> Sample {
        Sample {
            problem,
            prompt: Vec::new(),
            completion: Vec::new(),
            weak: gold,
            share: 1.0,
            gold,
        }
    }

    #[test]
    fn the_area_is_the_share_of_ordered_pairs() {
        assert_eq!(auc(&[0.1, 0.9], &[false, true]), Some(1.0));
        assert_eq!(auc(&[0.9, 0.1], &[false, true]), Some(0.0));
        assert_eq!(auc(&[0.5, 0.5], &[false, true]), Some(0.5));
        let found = auc(&[1.0, 2.0, 2.0, 3.0], &[false, true, false, true]);
        assert_eq!(found, Some(3.5 / 4.0));
        assert_eq!(auc(&[1.0], &[true]), None);
    }

    #[test]
    fn a_perfect_judge_chooses_what_can_be_chosen() {
        let samples: Vec<Sample> = [(0, false), (0, true), (1, false), (1, false)]
            .map(|(problem, gold)| sample(problem, gold))
            .into();
        let quality = Quality::of(1, &samples, &[-9.0, 9.0, -9.0, -8.0]);
        assert_eq!((quality.accuracy_gold, quality.auc_gold), (1.0, 1.0));
        assert_eq!(
            (quality.pass_at_1, quality.best_of_n, quality.pass_at_n),
            (0.25, 0.5, 0.5)
        );
        assert!(quality.ece_gold < 1e-3);
        let wrong = Quality::of(1, &samples, &[9.0, -9.0, 9.0, 9.0]);
        assert_eq!((wrong.best_of_n, wrong.accuracy_gold), (0.0, 0.0));
        assert!(wrong.ece_gold > 0.99);
        assert_eq!(wrong.bins.iter().map(|b| b.count).sum::<usize>(), 4);
    }
}
