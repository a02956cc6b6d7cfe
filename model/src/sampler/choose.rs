//! From logits to a token: temperature, top-k, top-p, one random number.
//!
//! The order is the usual one: divide by the temperature, keep the k likeliest, then of those the
//! fewest whose probabilities reach p. Equal probabilities rank by token id, so that a choice never
//! depends on how a sort treats ties.

use super::rows;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// The random stream of one sample. The four numbers are the whole key of the cipher, so that no
/// two samples share a stream and none depends on what else is sampled.
pub(super) fn stream(run: u64, step: u64, prompt: u64, rollout: u64) -> ChaCha8Rng {
    let mut seed = [0; 32];
    for (bytes, number) in seed.chunks_exact_mut(8).zip([run, step, prompt, rollout]) {
        bytes.copy_from_slice(&number.to_le_bytes());
    }
    ChaCha8Rng::from_seed(seed)
}

/// How the policy's distribution is sharpened or cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shaping {
    /// Logits are divided by it; 0 takes the likeliest token.
    pub temperature: f32,
    /// Only this many of the likeliest tokens; 0 keeps all.
    pub top_k: usize,
    /// Only the likeliest tokens whose probabilities sum to it; 1 keeps all.
    pub top_p: f32,
}

impl Default for Shaping {
    /// The policy as it is.
    fn default() -> Self {
        Self {
            temperature: 1.0,
            top_k: 0,
            top_p: 1.0,
        }
    }
}

/// A token and how likely it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) token: u32,
    /// Under the policy itself: temperature 1, nothing cut.
    pub(super) log_prob: f32,
    /// Under the distribution that it was drawn from.
    pub(super) sampling_log_prob: f32,
}

/// Draws a token. `logits` serve as working memory and are lost.
pub(super) fn choose(logits: &mut [f32], shaping: Shaping, rng: &mut ChaCha8Rng) -> Choice {
    // Drawn in every case, so that a stream's position tells the number of tokens.
    let uniform = (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    if shaping.temperature == 0.0 {
        return greedy(logits);
    }
    if shaping == Shaping::default() {
        let sum = rows::exp_below_max(logits, 1.0);
        let index = pick(logits, f64::from(sum), uniform);
        // The logarithm of a stored exponential would lose digits of unlikely tokens only where
        // they underflow, and those are never drawn.
        let log_prob = logits[index].ln() - sum.ln();
        return Choice {
            token: index as u32,
            log_prob,
            sampling_log_prob: log_prob,
        };
    }
    let normaliser = rows::log_sum_exp(logits);
    let kept = cut(logits, shaping);
    let total: f64 = kept.iter().map(|&(_, _, weight)| f64::from(weight)).sum();
    let mut left = uniform * total;
    let chosen = kept
        .iter()
        .find(|&&(_, _, weight)| {
            left -= f64::from(weight);
            left < 0.0
        })
        .unwrap_or(&kept[0]);
    let &(token, logit, weight) = chosen;
    Choice {
        token,
        log_prob: logit - normaliser,
        sampling_log_prob: (f64::from(weight) / total).ln() as f32,
    }
}

fn greedy(logits: &[f32]) -> Choice {
    let top = rows::max(logits);
    let index = logits.iter().position(|&x| x >= top).unwrap_or(0);
    let log_prob = top - rows::log_sum_exp(logits);
    Choice {
        token: index as u32,
        log_prob,
        sampling_log_prob: 0.0,
    }
}

/// The tokens that stay, likeliest first: id, logit, weight.
fn cut(logits: &mut [f32], shaping: Shaping) -> Vec<(u32, f32, f32)> {
    let original = logits.to_vec();
    let sum = rows::exp_below_max(logits, 1.0 / shaping.temperature);
    let mut all: Vec<(u32, f32, f32)> = original
        .iter()
        .zip(&*logits)
        .zip(0..)
        .map(|((&l, &w), id)| (id, l, w))
        .collect();
    let likelier =
        |a: &(u32, f32, f32), b: &(u32, f32, f32)| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0));
    let mut sum = f64::from(sum);
    if shaping.top_k > 0 && shaping.top_k < all.len() {
        all.select_nth_unstable_by(shaping.top_k - 1, likelier);
        all.truncate(shaping.top_k);
        sum = all.iter().map(|x| f64::from(x.2)).sum();
    }
    all.sort_unstable_by(likelier);
    if shaping.top_p < 1.0 {
        let mut left = f64::from(shaping.top_p) * sum;
        let enough = all.iter().position(|x| {
            left -= f64::from(x.2);
            left <= 0.0
        });
        all.truncate(enough.map_or(all.len(), |i| i + 1));
    }
    all
}

/// The index at which the running sum of `weights` passes `uniform · sum`.
fn pick(weights: &[f32], sum: f64, uniform: f64) -> usize {
    let mut left = uniform * sum;
    // Whole blocks are skipped by their sums, which the compiler can vectorise.
    for (block, numbers) in weights.chunks(64).enumerate() {
        let (lanes, rest) = numbers.as_chunks::<8>();
        let mut sums = [0.0_f32; 8];
        for lane in lanes {
            for i in 0..8 {
                sums[i] += lane[i];
            }
        }
        let total = f64::from(sums.iter().sum::<f32>() + rest.iter().sum::<f32>());
        if left < total {
            for (index, &weight) in numbers.iter().enumerate() {
                left -= f64::from(weight);
                if left < 0.0 {
                    return block * 64 + index;
                }
            }
            left = 0.0;
        } else {
            left -= total;
        }
    }
    // Rounding can leave a remainder past the end: then the last token that has any weight.
    weights.iter().rposition(|&w| w > 0.0).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(logits: &[f32], shaping: Shaping, draws: u64) -> Vec<u64> {
        let mut counts = vec![0; logits.len()];
        for rollout in 0..draws {
            let mut rng = stream(1, 2, 3, rollout);
            let choice = choose(&mut logits.to_vec(), shaping, &mut rng);
            counts[choice.token as usize] += 1;
        }
        counts
    }

    #[test]
    fn tokens_are_drawn_as_often_as_they_are_likely() {
        let logits: Vec<f32> = (0..150)
            .map(|i: u8| if i % 70 == 3 { 4.0 } else { 0.0 })
            .collect();
        let each = f64::exp(4.0) / (3.0 * f64::exp(4.0) + 147.0);
        let counts = counts(&logits, Shaping::default(), 20_000);
        for token in [3, 73, 143] {
            let share = counts[token] as f64 / 20_000.0;
            assert!(
                (share - each).abs() < 0.01,
                "token {token}: {share} instead of {each}"
            );
        }
    }

    #[test]
    fn temperature_zero_takes_the_likeliest_and_the_first_of_equals() {
        let shaping = Shaping {
            temperature: 0.0,
            ..Shaping::default()
        };
        assert_eq!(counts(&[0.0, 2.0, 1.0, 2.0], shaping, 10), [0, 10, 0, 0]);
    }

    #[test]
    fn top_k_and_top_p_leave_the_other_tokens_out() {
        let logits = [0.6_f32, 0.25, 0.1, 0.05].map(f32::ln);
        let top_k = counts(
            &logits,
            Shaping {
                top_k: 2,
                ..Shaping::default()
            },
            1000,
        );
        assert!(
            top_k[1] > 200 && top_k[2] == 0 && top_k[3] == 0,
            "{top_k:?}"
        );
        let top_p = counts(
            &logits,
            Shaping {
                top_p: 0.9,
                ..Shaping::default()
            },
            1000,
        );
        assert!(top_p[2] > 50 && top_p[3] == 0, "{top_p:?}");
        let first = counts(
            &logits,
            Shaping {
                top_p: 0.5,
                ..Shaping::default()
            },
            100,
        );
        assert_eq!(first, [100, 0, 0, 0]);
    }

    #[test]
    fn both_log_probabilities_are_those_of_the_chosen_token() {
        let logits = [0.6_f32, 0.25, 0.1, 0.05].map(f32::ln);
        let shaping = Shaping {
            temperature: 0.5,
            top_k: 2,
            top_p: 1.0,
        };
        let weights = [0.36_f32, 0.0625];
        for rollout in 0..50 {
            let mut rng = stream(0, 0, 0, rollout);
            let choice = choose(&mut logits.to_vec(), shaping, &mut rng);
            let at = choice.token as usize;
            assert!((choice.log_prob - logits[at]).abs() < 1e-5);
            let wanted = (weights[at] / (weights[0] + weights[1])).ln();
            assert!((choice.sampling_log_prob - wanted).abs() < 1e-5);
        }
    }

    #[test]
    fn a_stream_is_the_same_on_every_platform() {
        let mut rng = stream(1, 2, 3, 4);
        let first = rng.next_u64();
        assert_eq!(first, stream(1, 2, 3, 4).next_u64());
        for other in [[2, 2, 3, 4], [1, 1, 3, 4], [1, 2, 4, 4], [1, 2, 3, 5]] {
            assert_ne!(
                first,
                stream(other[0], other[1], other[2], other[3]).next_u64()
            );
        }
    }
}
