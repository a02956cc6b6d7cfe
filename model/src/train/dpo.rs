//! Direct preference optimisation (arXiv 2305.18290): pairs of answers, no reward model.
//!
//! −ln σ(β (Δ_better − Δ_worse)) with Δ = ln π(answer) − ln π_ref(answer). Its gradient is the
//! coefficient engine's with ±β σ(β (Δ_worse − Δ_better)).

use super::objective::{Asks, Judgement, Objective, Sequence};

/// An answer with its probability under the reference policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Prompt and answer.
    pub tokens: Vec<u32>,
    /// Length of the prompt, at least 1.
    pub prompt: usize,
    /// Sum of the log-probabilities of the answer's tokens under the reference policy.
    pub reference_log_prob: f64,
}

/// Two answers to one prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Preference {
    /// The better one.
    pub better: Answer,
    /// The worse one.
    pub worse: Answer,
}

/// The loss over preferences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dpo {
    /// How strongly the reference policy binds.
    pub beta: f64,
}

impl Objective for Dpo {
    type Item = Preference;

    fn sequences<'a>(&self, item: &'a Preference) -> Vec<Sequence<'a>> {
        [&item.better, &item.worse]
            .map(|answer| Sequence {
                tokens: &answer.tokens,
                asks: Asks::LogProbsFrom(answer.prompt.max(1)),
            })
            .into()
    }

    /// Metrics: `accuracy`, the share of pairs in the right order, and `margin`, β(Δ_better − Δ_worse).
    fn judge(&self, item: &Preference, outputs: &[&[f32]]) -> Judgement {
        let change = |answer: &Answer, outputs: &[f32]| {
            outputs.iter().map(|&x| f64::from(x)).sum::<f64>() - answer.reference_log_prob
        };
        let margin =
            self.beta * (change(&item.better, outputs[0]) - change(&item.worse, outputs[1]));
        let slope = (self.beta / (1.0 + margin.exp())) as f32;
        Judgement {
            loss: (-margin).max(0.0) + (-margin.abs()).exp().ln_1p(),
            slopes: vec![
                vec![-slope; outputs[0].len()],
                vec![slope; outputs[1].len()],
            ],
            metrics: vec![
                ("accuracy", f64::from(u8::from(margin > 0.0))),
                ("margin", margin),
            ],
            ..Judgement::default()
        }
    }
}
