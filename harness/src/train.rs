//! Training: a configuration becomes a run folder with a model, its curve and what it takes to go
//! on.
//!
//! `config` is the file a user writes, `data` turns rows into tokens in a fixed order, `measure`
//! samples from the policy and has the samples judged, `folder` is what lies on the disk, and `run`
//! is the loop. The gradients are the `model` crate's.

mod config;
mod data;
mod folder;
mod measure;
mod run;

pub(crate) use config::{DOCUMENTED, TrainConfig, builtin, run_name};
pub(crate) use run::{Ended, Request, cuda, train};
