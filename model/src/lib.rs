//! Text in, text out; learns from numbers: networks, tokenizers, training and sampling.
//!
//! The only crate that knows candle. It knows no problems and no sandboxes.
// Sizes and counts become floats everywhere in numerical code; all are far below 2^52, and a table
// of cosines is rounded to f32 on purpose.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "sizes and counts are far below 2^52; rounding to f32 is meant"
)]
#![allow(
    clippy::similar_names,
    clippy::struct_field_names,
    reason = "names are the checkpoints' and the papers' own"
)]
#![allow(
    clippy::inline_always,
    reason = "what a vector loop calls is compiled for the oldest machine where it is not inlined"
)]

mod batch;
mod checkpoint;
mod config;
mod dense;
mod error;
mod files;
mod fim;
mod gpu;
mod layers;
pub mod memory;
pub mod metrics;
mod moe;
mod network;
pub mod ops;
pub mod process;
mod router;
pub mod sampler;
mod tokenizer;
pub mod train;
mod weights;

pub use batch::Batch;
/// Where tensors lie and how they are stored, for whoever places a model.
pub use candle_core::{DType, Device};
pub use checkpoint::{Checkpoint, Placement};
pub use config::{
    Config, DenseConfig, Head, MoeConfig, PRESETS, Rope, RopeScaling, TopkMethod, Yarn,
};
pub use error::{Error, Result};
pub use files::{recover_folder, write_file_atomically, write_folder_atomically};
pub use fim::{Fim, FimOrder, Parts};
pub use gpu::gpu;
pub use network::{Forward, Network};
pub use ops::{NO_TARGET, Precision};
pub use router::{NO_EXPERT, Routing, choose_experts};
pub use tokenizer::{FimTokens, SpecialTokens, Tokenizer};
pub use weights::{Init, Parameter, Training, Weights, numbers};

/// Where tests compute: the CPU, or the first GPU with `REWARDSMITH_DEVICE=cuda`.
#[cfg(test)]
fn device_under_test() -> Device {
    match std::env::var("REWARDSMITH_DEVICE").as_deref() {
        Ok("cuda") => gpu().expect("a GPU"),
        _ => Device::Cpu,
    }
}
