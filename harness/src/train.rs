//! Training: a configuration becomes a run folder with a model, its curve and what it takes to go
//! on.
//!
//! `training` tells the algorithms apart, `sections` and `optimiser` are what their configurations
//! share, `lora` chooses between all weights and adapters, `folder` is what lies on the disk, and
//! `measure` samples from the policy and has the samples judged. Supervised training is `config`,
//! `data` (rows in a fixed order) and `run` (the loop). Training on rewards is `grpo`, and
//! `reward_model` trains what can stand in for tests (`scorer`); both `collect` judged samples, of
//! whose tests the reward sees what `weak` says. The gradients are the `model` crate's.

mod collect;
mod config;
mod data;
mod folder;
mod grpo;
mod lora;
mod measure;
mod optimiser;
mod placement;
mod request;
mod reward_model;
mod run;
mod scorer;
mod sections;
mod strengths;
mod training;
mod weak;

pub(crate) use placement::cuda;
pub(crate) use request::{Ended, Request};
#[cfg(test)]
pub(crate) use sections::builtins;
pub(crate) use sections::{BUILTIN, read, text_of};
pub(crate) use training::{Training, documented, run_name, train};
