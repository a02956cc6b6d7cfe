//! A run's folder: the configuration with every key, the curves, and the checkpoint.
//!
//! ```text
//! RUN/config.toml              what it was trained with, every key written out
//! RUN/metrics.jsonl            a line a step; supervised runs have their measurements here too
//! RUN/events.out.tfevents.*    the same for TensorBoard
//! RUN/evaluation.jsonl         a line a measurement of the policy on held-out problems
//! RUN/rollouts/step-000012.jsonl.gz   what was sampled for step 12, a line a rollout
//! RUN/reward-model.json        of a reward model: how good it is on held-out problems
//! RUN/checkpoint/              a model folder as Hugging Face lays it out, and
//! RUN/checkpoint/training.safetensors   the optimiser, the step and the seeds
//! RUN/checkpoint/adapter/      with `[lora]`: the adapters by themselves, as PEFT lays them out
//! RUN/checkpoint/reference/    a reference policy that is not the first one
//! RUN/checkpoint/reward-model/ a reward model that is trained on
//! RUN/checkpoint/samples.postcard   of a reward model: what it has learned from
//! ```
//! The checkpoint is replaced as a whole, so a crash at any moment leaves one that is whole. A run
//! that goes on drops the lines and files of steps that it takes again.
//!
//! # metrics.jsonl, learning from rewards
//! `{"step": k, …}` for k = 1, 2, …: the samples of step k come from the policy after k − 1 steps.
//! What has no value (a reward model's mean where there is none) is left out or null.
//!
//! | name | meaning |
//! |---|---|
//! | `loss`, `lr`, `gradient_norm` | means over the updates of the step; the norm is before clipping |
//! | `reward_mean` | of all judged rollouts, all sources together, as the advantages see it |
//! | `reward_std` | mean over the groups of the standard deviation within the group |
//! | `reward_rule_mean`, `reward_model_mean` | by source, before weights |
//! | `pass_rate_weak`, `pass_rate_gold` | share of judged rollouts that pass the weak label (flips included), and all cases |
//! | `false_pass_rate` | of those whose weak label says pass, the share that fails some case |
//! | `reward_model_auc`, `reward_model_auc_weak` | probability that the reward model scores a right rollout of the step above a wrong one, by all cases and by the weak label; it has not learned from them yet |
//! | `frac_reward_zero_std` | share of the groups without signal, among all that were sampled |
//! | `kl` | mean of k3 against the reference policy, over the updates |
//! | `entropy` | mean of −log π over the sampled tokens: an unbiased estimate of the policy's entropy |
//! | `clip_ratio` | share of the tokens whose gradient was clipped away |
//! | `advantage_std` | over the rollouts learned from |
//! | `completion_length_mean`, `completion_length_max`, `truncated_ratio` | tokens; share that had no room to end |
//! | `verdict_passed`, `verdict_wrong_answer`, … | counts, by the verdict on all cases |
//! | `not_judged_rate` | share of the rollouts that could not be judged |
//! | `sampler_trainer_logprob_diff_max` | largest difference of a token's log-probability between the sampler and the trainer, in the first update of the step |
//! | `router_balance` | of a mixture of experts: its balance loss without its weight; 1 is perfect balance |
//! | `rollouts`, `groups_sampled`, `groups_used` | how many |
//! | `programs_judged` | how many programs ran: equal answers to a problem are judged once |
//! | `refresh_rollouts`, `refresh_replayed`, `refresh_items`, `refresh_loss` | of steps after which the reward model was trained on: rollouts since the last time, earlier ones beside them, items made of both, and the mean loss of the last pass |
//! | `refresh_accuracy_before`, `refresh_auc_before`, `refresh_auc_weak_before`, … `_after` | how well it tells those rollouts apart before it learned from them and after; the weak one by its labels, the others by all cases |
//! | `seconds_sampling`, `seconds_judging`, `seconds_training` | wall time: sampling; waiting for verdicts after the last sample; everything after |
//! | `seconds_refreshing` | of the last, what training the reward model on took |
//! | `tokens_per_second` | sampled tokens over the time of the whole step |
//! | `seconds`, `cpu_seconds` | of the whole run so far, of this process without its workers |
//!
//! Names with `second` in them are times; all others are the same for the same configuration.
//!
//! # evaluation.jsonl
//! ```text
//! {"step": 0, "suite": "builtin:micro/test?n=200&seed=7", "samples": 16, "temperature": 1.0,
//!  "seed": 1, "pass_at_1": 0.26, "pass_at_1_low": …, "pass_at_1_high": …, "pass_at_2": …, …,
//!  "problems": [{"id": "micro/test/7/0", "n": 16, "correct": 3,
//!                "signatures": [{"count": 9, "correct": false}, {"count": 3, "correct": true}]}]}
//! ```
//! Step 0 is before the first update. pass@k for k = 1, 2, 4, … and for all samples. A problem's `n`
//! counts those that could be judged. Two samples have the same signature when they answer every case
//! alike; samples that answer no case have none; the most frequent stands first (ties: as they
//! appeared), which is what maj@k votes for.
//!
//! Learning from rewards, a line also says how the reward would have paid these samples:
//! `weak_pass_at_1`, the share whose weak label says pass; `false_pass_rate`, the share of those that
//! is wrong; `fell_for`, the share that is wrong and paid at least what right ones are on average;
//! `reward_mean`; and in `fooled` the most frequent programs that the reward fell for, each with
//! `problem`, `completion`, `verdict`, `weak`, `flipped`, `reward`, `reward_model` and `count`.
//!
//! # rollouts
//! ```text
//! {"step", "prompt": problem id, "draw": place in the order of prompts, "rollout": 0 …, "completion",
//!  "verdict", "weak": label as the reward saw it, "flipped": whether noise turned it, "gold",
//!  "reward", "reward_rule", "reward_model", "reward_format", "advantage", "length", "truncated",
//!  "learned": whether an update used it, "record": digest of what was observed, "tokens"}
//! ```
//! Null where it could not be judged.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use model::train::{Saved, Trainer};
use model::{Checkpoint, DType, write_file_atomically, write_folder_atomically};
use serde::{Deserialize, Serialize};

use super::placement::digest;
use crate::commands::Failure;

const CHECKPOINT: &str = "checkpoint";
const CONFIG: &str = "config.toml";
const STATE: &str = "training.safetensors";
const ADAPTER: &str = "adapter";
const EVALUATION: &str = "evaluation.jsonl";
const ROLLOUTS: &str = "rollouts";

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
    /// Steps taken, where a step is several updates.
    #[serde(default)]
    pub(super) steps: u64,
    /// Prompts drawn so far.
    #[serde(default)]
    pub(super) draws: u64,
    /// A digest of the weights that a fixed reference policy has.
    #[serde(default)]
    pub(super) reference: String,
    /// The same of the weights that adapters lie on; empty where all are trained.
    #[serde(default)]
    pub(super) base: String,
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
    pub(super) fn begin(&self, config: &str) -> Result<(), Failure> {
        fs::create_dir_all(&self.0).map_err(|error| {
            Failure::cannot_run(format!(
                "cannot make `{}`: {error}; choose another folder with `--out`",
                self.0.display()
            ))
        })?;
        write_file_atomically(&self.0.join(CONFIG), config.as_bytes())
            .map_err(|error| Failure::cannot_run(error.to_string()))
    }

    /// Replaces the checkpoint by the model as it is now, of the shape and with the tokenizer of
    /// `start`. `more` writes what else belongs to it.
    pub(super) fn save(
        &self,
        start: &Checkpoint,
        trainer: &Trainer,
        seed: u64,
        place: &Place,
        more: impl FnOnce(&Path) -> model::Result<()>,
    ) -> Result<(), Failure> {
        let extra = serde_json::to_value(place).expect("numbers and strings serialise");
        let dtype = start.weights.iter().next();
        let dtype = dtype.map_or(DType::F32, |(_, tensor)| tensor.dtype());
        write_folder_atomically(&self.checkpoint(), "config.json", |staging| {
            let now = Checkpoint {
                weights: trainer.weights()?,
                ..start.clone()
            };
            now.write(staging, dtype, SHARD_BYTES)?;
            if let Some(lora) = trainer.adapters() {
                lora.write(&staging.join(ADAPTER), &start.config)?;
            }
            trainer.save_state(&staging.join(STATE), seed, extra)?;
            more(staging)
        })
        .map_err(|error| Failure::cannot_run(error.to_string()))
    }

    /// Where a training begins, or goes on: then its trainer is brought to where the checkpoint's
    /// was.
    pub(super) fn place(&self, trainer: &mut Trainer, course: String) -> Result<Place, Failure> {
        let base = trainer.adapters().map(|lora| digest(lora.base()));
        let base = base.transpose()?.unwrap_or_default();
        if !self.has_checkpoint()? {
            return Ok(Place {
                course,
                base,
                ..Place::default()
            });
        }
        let path = self.checkpoint().join(STATE);
        let Saved { extra, .. } = trainer.resume(&path)?;
        let place: Place = serde_json::from_value(extra).map_err(|error| {
            Failure::bad_input(format!(
                "`{}`: its notes cannot be read ({error}); start again in another folder",
                path.display()
            ))
        })?;
        if place.course != course {
            return Err(Failure::bad_input(format!(
                "`{}` was trained with another configuration; give `{}`",
                self.0.display(),
                self.0.join(CONFIG).display()
            )));
        }
        if place.base != base {
            return Err(Failure::bad_input(format!(
                "`{}` holds adapters for a model that has changed since; put back what \
                 `model.folder` was, or start again",
                self.0.display()
            )));
        }
        Ok(place)
    }

    /// Drops what was written for that step and later ones and will be written again.
    pub(super) fn forget_from(&self, step: u64) -> Result<(), Failure> {
        let broken = |error: model::Error| Failure::cannot_run(error.to_string());
        model::metrics::drop_steps(&self.0.join(EVALUATION), step).map_err(broken)?;
        let Ok(files) = fs::read_dir(self.0.join(ROLLOUTS)) else {
            return Ok(());
        };
        for file in files.flatten() {
            let name = file.file_name();
            let number = name.to_string_lossy();
            let number = number
                .strip_prefix("step-")
                .and_then(|rest| rest.split('.').next()?.parse().ok());
            if number.is_some_and(|number: u64| number >= step) {
                fs::remove_file(file.path()).map_err(|error| {
                    Failure::cannot_run(format!(
                        "cannot remove `{}`: {error}; remove it by hand",
                        file.path().display()
                    ))
                })?;
            }
        }
        Ok(())
    }

    /// Writes a measurement's line.
    pub(super) fn note_evaluation(&self, line: &serde_json::Value) -> Result<(), Failure> {
        let path = self.0.join(EVALUATION);
        let text = format!("{line}\n");
        let file = fs::OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| Failure::write(&path, &error))
    }

    /// Where the rollouts of a step are.
    pub(super) fn rollouts(&self, step: u64) -> PathBuf {
        self.0
            .join(ROLLOUTS)
            .join(format!("step-{step:06}.jsonl.gz"))
    }
}
