//! Where a training's tensors lie, models loaded there, and whether they are still the same.

use std::path::Path;

use model::{Checkpoint, DType, Placement, Training, Weights};
use sha2::{Digest, Sha256};

use super::sections::{Device, Dtype};
use crate::commands::Failure;

/// The place that a configuration names; on a CPU tensors are f32 whatever is computed in.
pub(super) fn placement(
    device: Device,
    dtype: Dtype,
    training: Training,
) -> Result<Placement, Failure> {
    Ok(Placement {
        dtype: match (device, dtype) {
            (Device::Cpu, _) | (_, Dtype::F32) => DType::F32,
            (Device::Cuda, Dtype::Bf16) => DType::BF16,
        },
        device: match device {
            Device::Cpu => model::Device::Cpu,
            Device::Cuda => cuda()?,
        },
        training,
    })
}

/// The first GPU.
pub(crate) fn cuda() -> Result<model::Device, Failure> {
    model::gpu().map_err(|error| {
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default();
        Failure::bad_input(format!(
            "no GPU can be used ({why}); build with `--features cuda` on a machine that has one, or \
             choose the cpu"
        ))
    })
}

/// A model that brings its tokenizer.
pub(super) fn load(folder: &Path, placement: &Placement) -> Result<Checkpoint, Failure> {
    let checkpoint = Checkpoint::load(folder, placement)?;
    if checkpoint.tokenizer.is_none() {
        return Err(Failure::bad_input(format!(
            "`{}` has no tokenizer.json; fetch the one that belongs to the model",
            folder.display()
        )));
    }
    Ok(checkpoint)
}

/// Tells weights from others, wherever they lie.
pub(super) fn digest(weights: &Weights) -> model::Result<String> {
    let mut hasher = Sha256::new();
    for (name, tensor) in weights.iter() {
        hasher.update(name);
        for number in model::numbers(tensor)? {
            hasher.update(number.to_le_bytes());
        }
    }
    Ok(format!("{:x}", hasher.finalize()))
}
