//! Training: a configuration becomes a run folder with a model, its curve and what it takes to go
//! on.
//!
//! `training` tells the algorithms apart, `sections` is what their configurations share, `folder` is
//! what lies on the disk, and `measure` samples from the policy and has the samples judged.
//! Supervised training is `config`, `data` (rows in a fixed order) and `run` (the loop). Training on
//! rewards is `grpo`, with `weak` and `strengths` for what the reward sees of the tests. The
//! gradients are the `model` crate's.

mod config;
mod data;
mod folder;
mod grpo;
mod measure;
mod placement;
mod request;
mod run;
mod sections;
mod strengths;
mod training;
mod weak;

pub(crate) use placement::cuda;
pub(crate) use request::{Ended, Request};
pub(crate) use training::{Training, documented, run_name, train};
