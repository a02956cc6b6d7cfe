//! Objectives over the log-probabilities of given tokens: supervised, and weighted token by token.

use super::objective::{Asks, Judgement, Objective, Sequence};

/// A text to imitate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Prompt and answer.
    pub tokens: Vec<u32>,
    /// Length of the prompt, which is not learned; 0 learns all but the first token.
    pub prompt: usize,
}

/// Next-token prediction: the mean of −log π over all answer tokens of a batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct NextToken;

impl Objective for NextToken {
    type Item = Example;

    fn sequences<'a>(&self, item: &'a Example) -> Vec<Sequence<'a>> {
        vec![Sequence {
            tokens: &item.tokens,
            asks: Asks::LogProbsFrom(item.prompt.max(1)),
        }]
    }

    fn share(&self, batch: &[Example]) -> f64 {
        let count = |e: &Example| e.tokens.len().saturating_sub(e.prompt.max(1));
        1.0 / batch.iter().map(count).sum::<usize>().max(1) as f64
    }

    fn judge(&self, _: &Example, outputs: &[&[f32]]) -> Judgement {
        Judgement {
            loss: -outputs[0].iter().map(|&x| f64::from(x)).sum::<f64>(),
            slopes: vec![vec![-1.0; outputs[0].len()]],
            ..Judgement::default()
        }
    }
}

/// A text whose tokens are to become likelier (positive coefficients) or less likely.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted {
    /// Prompt and answer.
    pub tokens: Vec<u32>,
    /// One for each token of the answer, which is the end of `tokens`: an advantage, or 1 for a
    /// sample that was right and 0 for one that was wrong.
    pub coefficients: Vec<f32>,
}

/// Ascent along Σ c · ∇log π, averaged over the items: rejection sampling, and the policy gradient
/// with given advantages.
#[derive(Clone, Copy, Debug, Default)]
pub struct WeightedTokens;

impl Objective for WeightedTokens {
    type Item = Weighted;

    fn sequences<'a>(&self, item: &'a Weighted) -> Vec<Sequence<'a>> {
        let first = item.tokens.len().saturating_sub(item.coefficients.len());
        vec![Sequence {
            tokens: &item.tokens,
            asks: Asks::LogProbsFrom(first),
        }]
    }

    fn judge(&self, item: &Weighted, outputs: &[&[f32]]) -> Judgement {
        // An answer that fills the whole text has no output for its first token.
        let given = &item.coefficients[item.coefficients.len() - outputs[0].len()..];
        let product = |(c, x): (&f32, &f32)| f64::from(*c) * f64::from(*x);
        Judgement {
            loss: -given.iter().zip(outputs[0]).map(product).sum::<f64>(),
            slopes: vec![given.iter().map(|c| -c).collect()],
            ..Judgement::default()
        }
    }
}
