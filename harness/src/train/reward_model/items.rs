//! From judged samples to what a reward model learns from.

use model::train::{Labelled, Pair};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::Sample;
use super::config::Loss;

/// An item a sample with its label, and answers under other problems' prompts, which are wrong: a
/// model that has never seen those learns to like one answer whatever was asked.
pub(in crate::train) fn points(samples: &[Sample], loss: &Loss, seed: u64) -> Vec<Labelled> {
    let own = samples.iter().map(|sample| Labelled {
        tokens: sample.text(),
        label: f32::from(u8::from(sample.weak)),
    });
    let strangers = mismatched(samples, loss, seed);
    let wrong = strangers.map(|(prompt, answer)| Labelled {
        tokens: under(prompt, answer),
        label: 0.0,
    });
    own.chain(wrong).collect()
}

/// Pairs of answers to one prompt whose labels are far enough apart: each better one beside one
/// worse one, in turn. Beside them, pairs whose worse answer belongs to another prompt.
pub(in crate::train) fn pairs(samples: &[Sample], loss: &Loss, seed: u64) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for group in samples.chunk_by(|a, b| a.problem == b.problem) {
        let better = group.iter().filter(|s| s.share > loss.better_above);
        for (place, better) in better.enumerate() {
            let worse: Vec<&Sample> = group
                .iter()
                .filter(|s| {
                    s.share > loss.worse_above && better.share - s.share > loss.min_difference
                })
                .collect();
            if !worse.is_empty() {
                pairs.push(Pair {
                    better: better.text(),
                    worse: worse[place % worse.len()].text(),
                });
            }
        }
    }
    let right: Vec<Sample> = samples.iter().filter(|s| s.weak).cloned().collect();
    let strangers = mismatched(&right, loss, seed);
    pairs.extend(strangers.map(|(own, stranger)| Pair {
        better: own.text(),
        worse: under(own, stranger),
    }));
    pairs
}

/// Samples, each with one of another problem, as many as the loss wants.
fn mismatched<'a>(
    samples: &'a [Sample],
    loss: &Loss,
    seed: u64,
) -> impl Iterator<Item = (&'a Sample, &'a Sample)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a share of a count of samples"
    )]
    let wanted = (loss.mismatched * samples.len() as f64) as usize;
    let mut draw = move || {
        let word = u128::from(random.next_u64());
        // The high half of a product is an index.
        let index = (word * samples.len() as u128) >> 64;
        &samples[usize::try_from(index).expect("below the length")]
    };
    let drawn = (0..wanted).map(move |_| (draw(), draw()));
    drawn.filter(|(own, stranger)| {
        own.problem != stranger.problem && own.completion != stranger.completion
    })
}

/// An answer under another sample's prompt.
fn under(prompt: &Sample, answer: &Sample) -> Vec<u32> {
    [&prompt.prompt[..], &answer.completion].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(problem: usize, answer: u32, share: f64) -> Sample {
        Sample {
            problem,
            prompt: vec![u32::try_from(problem).unwrap()],
            completion: vec![answer],
            weak: share >= 1.0,
            share,
            gold: false,
        }
    }

    fn loss(mismatched: f64) -> Loss {
        Loss {
            mismatched,
            ..Loss::default()
        }
    }

    #[test]
    fn a_pair_is_of_one_prompt_and_far_enough_apart() {
        let samples = [
            sample(0, 10, 1.0),
            sample(0, 11, 0.7),
            sample(0, 12, 0.5),
            sample(0, 13, 0.0),
            sample(1, 14, 0.0),
            sample(2, 15, 1.0),
        ];
        let pair = |better, worse| Pair {
            better: vec![0, better],
            worse: vec![0, worse],
        };
        assert_eq!(pairs(&samples, &loss(0.0), 1), [pair(10, 12)]);
        let strict = Loss {
            worse_above: 0.6,
            ..loss(0.0)
        };
        assert_eq!(pairs(&samples, &strict, 1), []);
    }

    #[test]
    fn an_answer_under_another_prompt_is_wrong() {
        let samples: Vec<Sample> = (0..40)
            .zip(100..)
            .map(|(i, answer)| sample(i, answer, 1.0))
            .collect();
        let points = points(&samples, &loss(0.5), 3);
        assert!((55..=60).contains(&points.len()), "{}", points.len());
        for item in &points {
            let own = item.tokens[1] == 100 + item.tokens[0];
            assert_eq!(item.label > 0.5, own);
        }
        let pairs = super::pairs(&samples, &loss(0.5), 3);
        assert!(pairs.len() >= 15);
        assert!(
            pairs
                .iter()
                .all(|p| p.better[0] == p.worse[0] && p.better[1] != p.worse[1])
        );
    }
}
