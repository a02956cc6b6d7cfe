//! The keys of the training of a reward model.

use std::path::PathBuf;

use model::train::{LoraParams, TrainParams};
use serde::{Deserialize, Serialize};

use crate::commands::Failure;
use crate::train::lora::LoraConfig;
use crate::train::optimiser::moves;
use crate::train::sections::{
    Checkpoints, Device, Dtype, OptimiserKind, ScheduleKind, beta1, beta2, clip_norm, from_one,
    from_zero, is_default, one, read, share, thread_count,
};
use crate::train::weak::Tests;

/// How to train a reward model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RewardModelConfig {
    pub(crate) algorithm: Name,
    #[serde(default = "one")]
    pub(crate) seed: u64,
    /// 0 for one a core.
    #[serde(default)]
    pub(crate) threads: usize,
    #[serde(default)]
    pub(crate) device: Device,
    #[serde(default)]
    pub(crate) dtype: Dtype,
    pub(crate) model: Start,
    /// On the trunk; without it all of that is trained.
    pub(crate) lora: Option<LoraConfig>,
    pub(crate) samples: Samples,
    #[serde(default)]
    pub(crate) tests: Tests,
    #[serde(default)]
    pub(crate) loss: Loss,
    pub(crate) optimiser: Optimiser,
    #[serde(default)]
    pub(crate) checkpoint: Checkpoints,
}

/// The algorithm's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Name {
    RewardModel,
}

/// The policy that is sampled and whose trunk the reward model starts from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Start {
    pub(crate) folder: PathBuf,
}

/// What is learned from, and what is measured by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Samples {
    pub(crate) problems: String,
    pub(crate) held_out: String,
    /// Of each problem.
    #[serde(default = "sixteen")]
    pub(crate) per_problem: usize,
    #[serde(default = "temperature")]
    pub(crate) temperature: f32,
    #[serde(default = "max_new_tokens")]
    pub(crate) max_new_tokens: usize,
}

fn sixteen() -> usize {
    16
}

fn temperature() -> f32 {
    1.0
}

fn max_new_tokens() -> usize {
    96
}

/// What is asked of the scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Loss {
    pub(crate) kind: Kind,
    /// For each item, so many more in which an answer stands under another problem's prompt.
    pub(crate) mismatched: f64,
    /// A pair's shares of passed cases differ by more than this,
    pub(crate) min_difference: f64,
    /// the better one is above this,
    pub(crate) better_above: f64,
    /// and the worse one too.
    pub(crate) worse_above: f64,
}

impl Default for Loss {
    fn default() -> Self {
        Self {
            kind: Kind::default(),
            mismatched: 0.25,
            min_difference: 0.4,
            better_above: 0.8,
            worse_above: -1.0,
        }
    }
}

/// Which loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Binary cross-entropy of each label.
    #[default]
    PointWise,
    /// Which of two answers to a prompt is better.
    PairWise,
}

/// How the weights move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Optimiser {
    /// Passes over the items.
    pub(crate) epochs: u64,
    /// Items of one step.
    #[serde(default = "sixty_four")]
    pub(crate) batch: usize,
    #[serde(default = "micro_batch_tokens")]
    pub(crate) micro_batch_tokens: usize,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) kind: OptimiserKind,
    /// Muon's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) momentum: Option<f64>,
    pub(crate) lr: f64,
    #[serde(default)]
    pub(crate) schedule: ScheduleKind,
    #[serde(default)]
    pub(crate) lr_floor: f64,
    #[serde(default)]
    pub(crate) warmup_steps: u64,
    #[serde(default)]
    pub(crate) weight_decay: f64,
    #[serde(default = "beta1")]
    pub(crate) beta1: f64,
    #[serde(default = "beta2")]
    pub(crate) beta2: f64,
    #[serde(default = "clip_norm")]
    pub(crate) clip_norm: f64,
}

fn sixty_four() -> usize {
    64
}

fn micro_batch_tokens() -> usize {
    1024
}

impl RewardModelConfig {
    /// Reads a text; `place` is what an error calls it.
    pub(crate) fn parse(text: &str, place: &str) -> Result<Self, Failure> {
        read(text, place, Self::check)
    }

    /// The same with every key written out.
    pub(crate) fn to_toml(&self) -> String {
        toml::to_string(self).expect("numbers and strings serialise")
    }

    /// The part that the course of a training depends on: what a resumed one must share.
    pub(super) fn course(&self) -> String {
        let course = Self {
            threads: 0,
            checkpoint: Checkpoints::default(),
            ..self.clone()
        };
        course.to_toml()
    }

    /// The engine's parameters for a training of so many steps.
    pub(super) fn params(&self, steps: u64) -> TrainParams {
        moves!(self.optimiser).params(steps, thread_count(self.threads), self.dtype)
    }

    /// Adapters on the policy's trunk, where they are trained.
    pub(super) fn adapters(&self) -> Option<LoraParams> {
        let lora = self.lora.as_ref()?;
        Some(lora.params(&self.model.folder))
    }

    fn check(&self) -> Result<(), String> {
        self.lora.as_ref().map_or(Ok(()), LoraConfig::check)?;
        self.tests.check()?;
        let s = &self.samples;
        from_one("samples.per_problem", s.per_problem > 0)?;
        from_one("samples.max_new_tokens", s.max_new_tokens > 0)?;
        from_zero("samples.temperature", s.temperature.into())?;
        share("loss.mismatched", self.loss.mismatched)?;
        let o = &self.optimiser;
        moves!(o).check(self.lora.is_some())?;
        from_one("optimiser.epochs", o.epochs > 0)?;
        from_one("optimiser.batch", o.batch > 0)
    }
}
