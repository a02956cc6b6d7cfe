//! Losses of a reward model: a trunk under a scalar head, read at the last token.

use super::objective::{Asks, Judgement, Objective, Sequence};

/// An answer and whether it is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// Prompt and answer.
    pub tokens: Vec<u32>,
    /// 1 for right, 0 for wrong; a share between them where labels are averages.
    pub label: f32,
}

/// Binary cross-entropy of the score's sigmoid against the label.
#[derive(Clone, Copy, Debug, Default)]
pub struct PointWise;

impl Objective for PointWise {
    type Item = Labelled;

    fn sequences<'a>(&self, item: &'a Labelled) -> Vec<Sequence<'a>> {
        vec![Sequence {
            tokens: &item.tokens,
            asks: Asks::Score,
        }]
    }

    fn judge(&self, item: &Labelled, outputs: &[&[f32]]) -> Judgement {
        let (score, label) = (f64::from(outputs[0][0]), f64::from(item.label));
        let right = f64::from((score > 0.0) == (label > 0.5));
        Judgement {
            loss: label * softplus(-score) + (1.0 - label) * softplus(score),
            slopes: vec![vec![(sigmoid(score) - label) as f32]],
            metrics: vec![("accuracy", right)],
            ..Judgement::default()
        }
    }
}

/// Two answers to one prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Prompt and the answer that is better.
    pub better: Vec<u32>,
    /// Prompt and the answer that is worse.
    pub worse: Vec<u32>,
}

/// Bradley and Terry's model: −log σ(score of the better − score of the worse).
#[derive(Clone, Copy, Debug, Default)]
pub struct PairWise;

impl Objective for PairWise {
    type Item = Pair;

    fn sequences<'a>(&self, item: &'a Pair) -> Vec<Sequence<'a>> {
        [&item.better, &item.worse]
            .map(|tokens| Sequence {
                tokens,
                asks: Asks::Score,
            })
            .into()
    }

    fn judge(&self, _: &Pair, outputs: &[&[f32]]) -> Judgement {
        let margin = f64::from(outputs[0][0]) - f64::from(outputs[1][0]);
        let slope = sigmoid(-margin) as f32;
        Judgement {
            loss: softplus(-margin),
            slopes: vec![vec![-slope], vec![slope]],
            metrics: vec![("accuracy", f64::from(margin > 0.0)), ("margin", margin)],
            ..Judgement::default()
        }
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// ln(1 + e^x) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_the_derivatives_of_the_losses() {
        let step = 1e-3_f32;
        let tokens = vec![1];
        for score in [-3.0_f32, -0.2, 0.0, 1.5] {
            for label in [0.0, 1.0, 0.3] {
                let item = Labelled {
                    tokens: tokens.clone(),
                    label,
                };
                let at = |s: f32| PointWise.judge(&item, &[&[s]]);
                let slope = (at(score + step).loss - at(score - step).loss) / 0.002;
                assert!((slope - f64::from(at(score).slopes[0][0])).abs() < 1e-4);
            }
            let item = Pair {
                better: tokens.clone(),
                worse: tokens.clone(),
            };
            let at = |s: f32| PairWise.judge(&item, &[&[0.5], &[s]]);
            let slope = (at(score + step).loss - at(score - step).loss) / 0.002;
            assert!((slope - f64::from(at(score).slopes[1][0])).abs() < 1e-4);
            assert!((at(score).slopes[0][0] + at(score).slopes[1][0]).abs() < 1e-9);
        }
    }
}
