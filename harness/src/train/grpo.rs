//! Training on rewards: sample, judge, learn, again.
//!
//! `config` is the file a user writes. A step collects groups of rollouts with their verdicts,
//! `rewards` makes numbers and advantages of them, `run` learns from those and remembers where it
//! is, `numbers` is what a step says of itself, and `dump` keeps the rollouts. `refresh` trains the
//! reward model on meanwhile, and `held_out` says what the reward would have paid for what the policy
//! is measured by. The losses are the `model` crate's.

mod config;
mod dump;
mod held_out;
mod numbers;
mod reference;
mod refresh;
mod rewards;
mod run;

pub(crate) use config::GrpoConfig;
pub(super) use config::ModelOutput;
pub(super) use run::train;

use model::sampler::{Completion, Finish};

use self::rewards::Rewards;
use crate::judge::Outcome;

/// A sampled completion and all that is known of it.
#[derive(Clone, Debug)]
pub(super) struct Rollout {
    completion: Completion,
    /// On all cases.
    outcome: Outcome,
    /// Of what was observed.
    digest: String,
    /// The label as the reward sees it; `None` where it could not be judged.
    weak: Option<bool>,
    /// The share of the cases seen that pass, turned with the label.
    weak_share: Option<f64>,
    /// Whether noise turned the label.
    turned: bool,
    rewards: Rewards,
    advantage: Option<f64>,
    /// Of each token under the reference policy; empty where there is none.
    reference_log_probs: Vec<f32>,
    /// Whether an update uses it.
    learned: bool,
}

impl Rollout {
    fn truncated(&self) -> bool {
        self.completion.finish == Finish::Length
    }
}

/// The rollouts of one prompt.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The problem's index.
    problem: usize,
    /// The place in the order of prompts.
    draw: u64,
    prompt: Vec<u32>,
    rollouts: Vec<Rollout>,
}

impl Group {
    /// Whether its rollouts differ in worth.
    fn has_signal(&self) -> bool {
        let mut worth = self.rollouts.iter().filter_map(|r| r.advantage);
        worth.any(|advantage| advantage.abs() > 0.0)
    }
}
