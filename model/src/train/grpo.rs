//! Group-relative policy optimisation and its kin, on rollouts with given advantages.
//!
//! −mean { min(ρ A, clip(ρ, 1 − ε_low, 1 + ε_high) A) − β k3 } over the tokens, with
//! ρ = π/π_old and k3 = π_ref/π − ln(π_ref/π) − 1, whose gradient is an unbiased one of the KL
//! divergence (DeepSeekMath, arXiv 2402.03300, equations 3 and 4). What the variants change is how
//! tokens are averaged and what the ratio is of:
//!
//! | variant | mean over | ratio | from |
//! |---|---|---|---|
//! | [`Grpo::plain`] | tokens of a rollout, then rollouts | a token's | 2402.03300 |
//! | [`Grpo::dapo`] | all tokens of the batch; ε_high above ε_low | a token's | 2503.14476 |
//! | [`Grpo::dr_grpo`] | the longest allowed length, then rollouts | a token's | 2503.20783 |
//! | [`Grpo::gspo`] | rollouts | the whole rollout's, per token | 2507.18071 |
//!
//! At ρ = 1 the gradient is the coefficient engine's with A + β(π_ref/π − 1). Not here: where
//! advantages come from (`advantages`), and which rollouts are learned from.

use super::objective::{Asks, Judgement, Objective, Sequence};

/// A sampled answer and what it is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Rollout {
    /// Prompt and answer.
    pub tokens: Vec<u32>,
    /// Log-probability of each of the answer's tokens, which end `tokens`, under the policy that
    /// sampled it.
    pub old_log_probs: Vec<f32>,
    /// The same under the reference policy; empty where there is no KL term.
    pub reference_log_probs: Vec<f32>,
    /// One for the whole answer, or one for each of its tokens.
    pub advantages: Vec<f32>,
}

/// What the loss of a rollout's tokens is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregation {
    /// The rollout's own length, and the number of rollouts.
    Rollout,
    /// The number of tokens of all rollouts of the batch.
    Token,
    /// A constant length, and the number of rollouts.
    Constant(usize),
}

/// What is compared with the old policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ratio {
    /// Each token's probability.
    Token,
    /// The geometric mean of all of an answer's.
    Rollout,
}

/// The loss of a policy on its own samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grpo {
    /// What is compared.
    pub ratio: Ratio,
    /// How tokens are averaged.
    pub aggregation: Aggregation,
    /// How far the ratio may fall.
    pub clip_low: f64,
    /// How far it may rise.
    pub clip_high: f64,
    /// Weight of the KL term.
    pub beta: f64,
}

impl Grpo {
    /// DeepSeekMath's.
    pub fn plain(clip: f64, beta: f64) -> Self {
        Self {
            ratio: Ratio::Token,
            aggregation: Aggregation::Rollout,
            clip_low: clip,
            clip_high: clip,
            beta,
        }
    }

    /// DAPO's: token mean, and more room upwards.
    pub fn dapo(clip_low: f64, clip_high: f64, beta: f64) -> Self {
        Self {
            aggregation: Aggregation::Token,
            clip_high,
            ..Self::plain(clip_low, beta)
        }
    }

    /// Dr. GRPO's: no length of a rollout in the divisor.
    pub fn dr_grpo(clip: f64, beta: f64, longest: usize) -> Self {
        Self {
            aggregation: Aggregation::Constant(longest),
            ..Self::plain(clip, beta)
        }
    }

    /// GSPO's: the ratio of a whole rollout.
    pub fn gspo(clip_low: f64, clip_high: f64, beta: f64) -> Self {
        Self {
            ratio: Ratio::Rollout,
            clip_high,
            ..Self::plain(clip_low, beta)
        }
    }
}

/// k3 at ln(π_ref/π), and its slope with respect to ln π.
pub fn k3(log_ratio: f64) -> (f64, f64) {
    let ratio = log_ratio.exp();
    (ratio - log_ratio - 1.0, 1.0 - ratio)
}

impl Objective for Grpo {
    type Item = Rollout;

    fn sequences<'a>(&self, item: &'a Rollout) -> Vec<Sequence<'a>> {
        let first = item.tokens.len().saturating_sub(item.old_log_probs.len());
        vec![Sequence {
            tokens: &item.tokens,
            asks: Asks::LogProbsFrom(first),
        }]
    }

    fn share(&self, batch: &[Rollout]) -> f64 {
        let count = match self.aggregation {
            Aggregation::Token => batch.iter().map(|r| r.old_log_probs.len()).sum(),
            Aggregation::Rollout | Aggregation::Constant(_) => batch.len(),
        };
        1.0 / count.max(1) as f64
    }

    /// Loss and slopes. Metrics are means over the rollout's tokens: `kl`, and `clip_ratio`, the
    /// share whose gradient was clipped away. Peak: `log_ratio_max`, the largest |ln ρ| of a token.
    fn judge(&self, item: &Rollout, outputs: &[&[f32]]) -> Judgement {
        let now = outputs[0];
        let count = now.len().max(1) as f64;
        let weight = match self.aggregation {
            Aggregation::Rollout => 1.0 / count,
            Aggregation::Token => 1.0,
            Aggregation::Constant(length) => 1.0 / length.max(1) as f64,
        };
        let log_ratios: Vec<f64> = now
            .iter()
            .zip(&item.old_log_probs)
            .map(|(now, old)| f64::from(*now) - f64::from(*old))
            .collect();
        let whole = log_ratios.iter().sum::<f64>() / count;
        let (mut loss, mut kl, mut clipped, mut largest) = (0.0, 0.0, 0.0, 0.0_f64);
        let mut slopes = Vec::with_capacity(now.len());
        for (token, &log_ratio) in log_ratios.iter().enumerate() {
            largest = largest.max(log_ratio.abs());
            let ratio = match self.ratio {
                Ratio::Token => log_ratio,
                Ratio::Rollout => whole,
            }
            .exp();
            let advantage = item.advantages.get(token).or(item.advantages.first());
            let advantage = f64::from(advantage.copied().unwrap_or(0.0));
            let free = ratio * advantage;
            let bound = ratio.clamp(1.0 - self.clip_low, 1.0 + self.clip_high) * advantage;
            // The slope of the ratio is the ratio; where the bound is smaller, it is flat.
            let (gain, gain_slope) = if free <= bound {
                (free, free)
            } else {
                clipped += 1.0;
                (bound, 0.0)
            };
            let reference = item.reference_log_probs.get(token);
            let (distance, distance_slope) = reference.map_or((0.0, 0.0), |reference| {
                k3(f64::from(*reference) - f64::from(now[token]))
            });
            kl += distance;
            loss += weight * (self.beta * distance - gain);
            slopes.push((weight * (self.beta * distance_slope - gain_slope)) as f32);
        }
        Judgement {
            loss,
            slopes: vec![slopes],
            metrics: vec![("kl", kl / count), ("clip_ratio", clipped / count)],
            peaks: vec![("log_ratio_max", largest)],
        }
    }
}

#[cfg(test)]
mod tests;
