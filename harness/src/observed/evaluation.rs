//! A measurement on held-out problems: pass@k, and maj@k by the signatures of the answers.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::rounded;
use crate::pass_at_k;
use crate::results::mean;

/// How often k of the samples are drawn for maj@k.
const DRAWS: usize = 200;

/// The seed of the draws: the same measurement gives the same numbers.
const SEED: u64 = 1;

/// What was measured after a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Evaluation {
    pub(crate) step: u64,
    pub(crate) suite: String,
    pub(crate) ks: Vec<usize>,
    /// Probability that one of k samples passes, over the problems.
    pub(crate) pass_at: Vec<f64>,
    /// Probability that the most frequent answer of k samples passes.
    pub(crate) maj_at: Vec<f64>,
    /// Of each problem: samples that were judged, and those that pass.
    pub(crate) judged: Vec<usize>,
    pub(crate) correct: Vec<usize>,
    /// How the reward would have paid the samples, where the policy learned from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) paid: Option<Paid>,
}

/// What the reward says of the samples of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Paid {
    /// Share of the samples whose weak label says pass.
    pub(crate) weak_pass_at_1: f64,
    /// Of those, the share that is wrong; `None` where none passes.
    pub(crate) false_pass_rate: Option<f64>,
    /// Share that is wrong and paid like what is right.
    pub(crate) fell_for: f64,
}

impl Paid {
    fn of(line: &Map<String, Value>) -> Option<Self> {
        let of = |name: &str| Some(rounded(line.get(name)?.as_f64()?));
        Some(Self {
            weak_pass_at_1: of("weak_pass_at_1")?,
            false_pass_rate: of("false_pass_rate"),
            fell_for: of("fell_for")?,
        })
    }
}

/// Samples of a problem that answer alike, and whether they pass.
type Alike = (usize, bool);

/// What was found for a problem's samples.
struct Tally {
    judged: usize,
    correct: usize,
    alike: Vec<Alike>,
}

impl Evaluation {
    /// Of a line of `evaluation.jsonl`.
    pub(super) fn of(line: &Map<String, Value>) -> Option<Self> {
        let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
        let problems = line.get("problems")?.as_array()?;
        let each = problems.iter().map(|problem| {
            let alike = problem["signatures"]
                .as_array()?
                .iter()
                .map(|alike| Some((number(&alike["count"])?, alike["correct"].as_bool()?)));
            Some(Tally {
                judged: number(&problem["n"])?,
                correct: number(&problem["correct"])?,
                alike: alike.collect::<Option<_>>()?,
            })
        });
        let each: Vec<Tally> = each.collect::<Option<_>>()?;
        let samples = number(line.get("samples")?)?;
        let mut ks: Vec<usize> = std::iter::successors(Some(1), |k| Some(k * 2))
            .take_while(|k| *k < samples)
            .collect();
        ks.push(samples);
        // A problem with fewer judged samples has no value for the larger k.
        let over = |of: fn(&Tally, usize) -> Option<f64>| -> Vec<f64> {
            let at = |k: &usize| {
                let values: Vec<f64> = each.iter().filter_map(|tally| of(tally, *k)).collect();
                rounded(mean(&values))
            };
            ks.iter().map(at).collect()
        };
        Some(Self {
            step: super::step_of(line),
            suite: line.get("suite")?.as_str()?.to_owned(),
            pass_at: over(|of, k| pass_at_k(of.judged, of.correct, k)),
            maj_at: over(|of, k| maj_at_k(of.judged, &of.alike, k)),
            ks,
            judged: each.iter().map(|of| of.judged).collect(),
            correct: each.iter().map(|of| of.correct).collect(),
            paid: Paid::of(line),
        })
    }

    /// pass@1 of each problem; NaN of one without judged samples.
    pub(crate) fn rates(&self) -> Vec<f64> {
        #[allow(clippy::cast_precision_loss, reason = "counts of samples")]
        let rate = |(correct, judged): (&usize, &usize)| *correct as f64 / *judged as f64;
        self.correct.iter().zip(&self.judged).map(rate).collect()
    }
}

/// The probability that the most frequent answer of k of n samples passes; equals share. Samples
/// without an answer do not vote. `None` where fewer than k were judged.
fn maj_at_k(n: usize, alike: &[Alike], k: usize) -> Option<f64> {
    if n < k || k == 0 {
        return None;
    }
    let mut voters: Vec<Option<usize>> = vec![None; n];
    let answers = alike.iter().enumerate();
    let answers = answers.flat_map(|(answer, (count, _))| std::iter::repeat_n(answer, *count));
    for (voter, answer) in voters.iter_mut().zip(answers) {
        *voter = Some(answer);
    }
    let vote = |chosen: &[Option<usize>]| {
        let mut counts = vec![0_usize; alike.len()];
        for answer in chosen.iter().flatten() {
            counts[*answer] += 1;
        }
        let most = counts.iter().max().copied().unwrap_or(0);
        if most == 0 {
            return 0.0;
        }
        let winners = counts
            .iter()
            .zip(alike)
            .filter(|(count, _)| **count == most);
        let right: Vec<f64> = winners
            .map(|(_, (_, right))| f64::from(u8::from(*right)))
            .collect();
        mean(&right)
    };
    if k == n {
        return Some(vote(&voters));
    }
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut sum = 0.0;
    for _ in 0..DRAWS {
        for place in 0..k {
            // The first k of a shuffle; the high half of a product is an index.
            let left = (n - place) as u128;
            let offset = (u128::from(random.next_u64()) * left) >> 64;
            voters.swap(
                place,
                place + usize::try_from(offset).expect("below the length"),
            );
        }
        sum += vote(&voters[..k]);
    }
    #[allow(clippy::cast_precision_loss, reason = "a small constant")]
    let draws = DRAWS as f64;
    Some(sum / draws)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_answer_decides_and_equals_share() {
        assert_eq!(maj_at_k(4, &[(2, true), (1, false)], 4), Some(1.0));
        assert_eq!(maj_at_k(4, &[(2, false), (2, true)], 4), Some(0.5));
        assert_eq!(maj_at_k(4, &[], 4), Some(0.0));
        assert_eq!(maj_at_k(2, &[(2, true)], 4), None);
    }

    #[test]
    fn one_vote_is_a_sample_and_more_votes_find_the_majority() {
        let alike = [(5, true), (1, false), (1, false), (1, false)];
        let of = |k| maj_at_k(8, &alike, k).unwrap();
        assert!((of(1) - 5.0 / 8.0).abs() < 0.1, "{}", of(1));
        assert!(of(1) < of(4) && of(4) < of(8) && of(8) > 0.99);
    }

    #[test]
    fn a_line_of_a_run_is_read() {
        let line = r#"{"step": 3, "suite": "s", "samples": 2, "problems": [
            {"id": "a", "n": 2, "correct": 1, "signatures": [{"count": 2, "correct": true}]},
            {"id": "b", "n": 2, "correct": 0, "signatures": []}]}"#;
        let line = serde_json::from_str(line).unwrap();
        let found = Evaluation::of(&line).unwrap();
        assert_eq!((found.step, &found.ks[..]), (3, &[1, 2][..]));
        assert_eq!(
            (&found.pass_at[..], found.maj_at[1]),
            (&[0.25, 0.5][..], 0.5)
        );
        assert_eq!(found.rates(), [0.5, 0.0]);
        assert_eq!(found.paid, None);
        let mut line: Map<String, Value> = line;
        line.extend([
            ("weak_pass_at_1".to_owned(), 0.5.into()),
            ("false_pass_rate".to_owned(), Value::Null),
            ("fell_for".to_owned(), 0.25.into()),
        ]);
        let paid = Evaluation::of(&line).unwrap().paid.unwrap();
        assert_eq!((paid.false_pass_rate, paid.fell_for), (None, 0.25));
    }
}
