//! Training a reward model: samples of a policy, labelled by weak tests, teach a network with a
//! scalar head which answers are right.
//!
//! `config` is the file a user writes, `items` turns judged samples into what is learned from,
//! `quality` says how good the scores are on held-out problems, and `run` is the loop.

mod config;
mod items;
mod quality;
mod run;

pub(crate) use config::RewardModelConfig;
pub(super) use run::train;

/// A judged sample.
#[derive(Clone, Debug)]
struct Sample {
    /// The problem's index in its suite.
    problem: usize,
    prompt: Vec<u32>,
    completion: Vec<u32>,
    /// The label as the weak tests and the noise have it.
    weak: bool,
    /// Share of the cases seen that pass, turned with the label.
    share: f64,
    /// Whether it passes all cases.
    gold: bool,
}

impl Sample {
    fn text(&self) -> Vec<u32> {
        [&self.prompt[..], &self.completion].concat()
    }
}
