//! A run's folder: the configuration with every key, the curve, and the checkpoint.
//!
//! ```text
//! RUN/config.toml              what it was trained with
//! RUN/metrics.jsonl            a line a step, and a line an evaluation
//! RUN/events.out.tfevents.*    the same for TensorBoard
//! RUN/checkpoint/              a model folder as Hugging Face lays it out, and
//! RUN/checkpoint/training.safetensors   the optimiser, the step and the seeds
//! ```
//! The checkpoint is replaced as a whole, so a crash at any moment leaves one that is whole.

use std::fs;
use std::path::{Path, PathBuf};

use model::train::{Saved, Trainer};
use model::{Checkpoint, DType, write_file_atomically, write_folder_atomically};
use serde::{Deserialize, Serialize};

use super::config::TrainConfig;
use crate::commands::Failure;

const CHECKPOINT: &str = "checkpoint";
const CONFIG: &str = "config.toml";
const STATE: &str = "training.safetensors";

/// As transformers cuts its own files.
const SHARD_BYTES: usize = 5_000_000_000;

/// What the loop must know to go on, beside what the trainer keeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    /// What the course of the training depends on.
    pub(super) course: String,
    /// Tokens learned from so far.
    pub(super) tokens: u64,
    /// Seconds and CPU seconds spent so far.
    pub(super) seconds: f64,
    pub(super) cpu_seconds: f64,
    /// Whether the policy was measured after the last step.
    pub(super) measured: bool,
}

/// A run's folder.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A fresh run's folder, or one to go on in; nothing is written yet.
    pub(super) fn open(path: &Path, resume: bool) -> Result<Self, Failure> {
        let folder = Self(path.to_owned());
        let shown = path.display();
        if resume && !folder.0.join(CONFIG).exists() {
            return Err(Failure::bad_input(format!(
                "`{shown}` holds no training; start one without `--resume`"
            )));
        }
        if !resume && (folder.has_checkpoint()? || folder.0.join(CONFIG).exists()) {
            return Err(Failure::bad_input(format!(
                "`{shown}` holds a training already; go on with `--resume`, or name another folder \
                 with `--out`"
            )));
        }
        Ok(folder)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Where the model is.
    pub(super) fn checkpoint(&self) -> PathBuf {
        self.0.join(CHECKPOINT)
    }

    /// Whether there is something to go on from. A training that ended before its first checkpoint
    /// has nothing and starts again.
    pub(super) fn has_checkpoint(&self) -> Result<bool, Failure> {
        model::recover_folder(&self.checkpoint())?;
        Ok(self.checkpoint().exists())
    }

    /// Makes the folder and writes the configuration.
    pub(super) fn begin(&self, config: &TrainConfig) -> Result<(), Failure> {
        fs::create_dir_all(&self.0).map_err(|error| {
            Failure::cannot_run(format!(
                "cannot make `{}`: {error}; choose another folder with `--out`",
                self.0.display()
            ))
        })?;
        write_file_atomically(&self.0.join(CONFIG), config.to_toml().as_bytes())
            .map_err(|error| Failure::cannot_run(error.to_string()))
    }

    /// Replaces the checkpoint.
    pub(super) fn save(
        &self,
        checkpoint: &Checkpoint,
        trainer: &Trainer,
        dtype: DType,
        seed: u64,
        place: &Place,
    ) -> Result<(), Failure> {
        let extra = serde_json::to_value(place).expect("numbers and strings serialise");
        write_folder_atomically(&self.checkpoint(), "config.json", |staging| {
            checkpoint.write(staging, dtype, SHARD_BYTES)?;
            trainer.save_state(&staging.join(STATE), seed, extra)
        })
        .map_err(|error| Failure::cannot_run(error.to_string()))
    }

    /// Brings a trainer to where the checkpoint's was.
    pub(super) fn resume(
        &self,
        trainer: &mut Trainer,
        config: &TrainConfig,
    ) -> Result<Place, Failure> {
        let path = self.checkpoint().join(STATE);
        let Saved { extra, .. } = trainer.resume(&path)?;
        let place: Place = serde_json::from_value(extra).map_err(|error| {
            Failure::bad_input(format!(
                "`{}`: its notes cannot be read ({error}); start again in another folder",
                path.display()
            ))
        })?;
        if place.course != config.course() {
            return Err(Failure::bad_input(format!(
                "`{}` was trained with another configuration; give `{}`",
                self.0.display(),
                self.0.join(CONFIG).display()
            )));
        }
        Ok(place)
    }
}
