//! `[lora]`: adapters of low rank are trained in the place of all weights.
//!
//! They lie on weights that stay as they are, so those are read from `model.folder` also where a
//! training goes on: a checkpoint has the adapters and their moments, a model with the adapters
//! worked in for everyone else, and a digest of what they lie on (see `folder`).

use std::path::Path;

use model::train::{Lora, LoraParams, TrainParams, Trainer};
use model::{Config, Training, Weights, memory};
use serde::{Deserialize, Serialize};

use super::sections::from_one;

/// Which matrices get adapters, and how large.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoraConfig {
    #[serde(default = "eight")]
    pub(crate) rank: usize,
    #[serde(default = "sixteen")]
    pub(crate) alpha: f64,
    /// Last parts of the matrices' names.
    pub(crate) targets: Vec<String>,
}

fn eight() -> usize {
    8
}

fn sixteen() -> f64 {
    16.0
}

impl LoraConfig {
    /// Refuses what would learn nothing; which targets there are is the model's to say.
    pub(super) fn check(&self) -> Result<(), String> {
        from_one("lora.rank", self.rank > 0)?;
        if !(self.alpha.is_finite() && self.alpha > 0.0) {
            return Err(format!(
                "`lora.alpha` is {}; give a number above 0",
                self.alpha
            ));
        }
        if self.targets.is_empty() {
            return Err("`lora.targets` is empty; name matrices as `q_proj`".into());
        }
        Ok(())
    }

    /// The engine's parameters for adapters on the model of a folder.
    pub(super) fn params(&self, base: &Path) -> LoraParams {
        LoraParams {
            rank: self.rank,
            alpha: self.alpha,
            targets: self.targets.clone(),
            base: base.display().to_string(),
        }
    }
}

/// What becomes of weights that are loaded for a training.
pub(super) fn loaded_as(lora: Option<&LoraParams>) -> Training {
    match lora {
        None => Training::Trainable,
        Some(_) => Training::Frozen,
    }
}

/// Trains adapters on the weights where there are any, and else the weights themselves.
pub(super) fn trainer(
    shape: &Config,
    weights: &Weights,
    lora: Option<&LoraParams>,
    seed: u64,
    params: TrainParams,
) -> model::Result<Trainer> {
    match lora {
        None => Trainer::new(shape, weights, params),
        Some(lora) => Trainer::adapted(shape, Lora::new(shape, weights, lora, seed)?, params),
    }
}

/// About how many bytes a step takes whose threads compute so many sequences of `seq` tokens each.
pub(super) fn training_bytes(
    shape: &Config,
    lora: Option<&LoraParams>,
    threads: usize,
    sequences: usize,
    seq: usize,
) -> model::Result<u64> {
    let all = threads * sequences;
    let Some(lora) = lora else {
        return Ok(memory::training_bytes(shape, all, seq));
    };
    lora.check(shape)?;
    let adapters = lora.count(shape);
    Ok(memory::adapted_training_bytes(
        shape, adapters, threads, all, seq,
    ))
}
