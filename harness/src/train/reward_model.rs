//! Training a reward model: samples of a policy, labelled by weak tests, teach a network with a
//! scalar head which answers are right.
//!
//! `config` is the file a user writes, `items` turns judged samples into what is learned from,
//! `quality` says how good the scores are on held-out problems, `memory` keeps the samples for who
//! trains the model on, and `run` is the loop.

mod config;
mod items;
mod memory;
mod quality;
mod run;

pub(crate) use config::RewardModelConfig;
pub(super) use config::{Kind, Loss};
pub(super) use items::{pairs, points};
pub(super) use memory::Memory;
pub(super) use quality::{Quality, auc};
pub(super) use run::train;

use serde::{Deserialize, Serialize};

/// A judged sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Sample {
    /// The problem's index in its suite.
    pub(super) problem: usize,
    pub(super) prompt: Vec<u32>,
    pub(super) completion: Vec<u32>,
    /// The label as the weak tests and the noise have it.
    pub(super) weak: bool,
    /// Share of the cases seen that pass, turned with the label.
    pub(super) share: f64,
    /// Whether it passes all cases.
    pub(super) gold: bool,
}

impl Sample {
    /// The whole text.
    pub(super) fn text(&self) -> Vec<u32> {
        [&self.prompt[..], &self.completion].concat()
    }
}
