//! The whole state of a training in one file, so that a crash never leaves half of one.
//!
//! A safetensors file with the weights in f32 (or the adapters), the moments of each, and as a
//! byte tensor the step, seeds and whatever the caller must remember, as JSON. It is written beside
//! its place, flushed, and renamed over the old one. A checkpoint for others to load lies beside it
//! and is not needed to resume.

use super::{Trainer, optimiser::Slot};
use crate::error::{Error, Result};
use candle_core::{DType, Device, Tensor};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, fs::File, path::Path};

/// The byte tensor's name; no network has a tensor of that name.
const NOTES: &str = "rewardsmith.notes";

/// What is remembered beside the numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// Steps taken.
    pub step: u64,
    /// The run's seed.
    pub seed: u64,
    /// Whatever the caller needs to go on: a place in its data, counters.
    pub extra: serde_json::Value,
}

#[derive(Serialize, Deserialize)]
struct Notes {
    saved: Saved,
    /// Updates of each variable.
    updates: Vec<(String, u64)>,
}

impl Trainer {
    /// Writes the state to `path`, atomically.
    pub fn save_state(&self, path: &Path, seed: u64, extra: serde_json::Value) -> Result<()> {
        let saved = Saved {
            step: self.step,
            seed,
            extra,
        };
        let updates = self
            .slots
            .iter()
            .map(|s| (s.name.clone(), s.updates))
            .collect();
        let notes =
            serde_json::to_vec(&Notes { saved, updates }).expect("names and numbers serialise");
        let mut tensors = HashMap::new();
        let count = notes.len();
        tensors.insert(
            NOTES.to_owned(),
            Tensor::from_vec(notes, count, &Device::Cpu)?,
        );
        for slot in &self.slots {
            for (name, numbers) in slot.names().zip(slot.numbers()?) {
                let tensor = Tensor::from_vec(numbers, slot.var.shape(), &Device::Cpu)?;
                tensors.insert(name, tensor);
            }
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let beside = Path::new(&beside);
        candle_core::safetensors::save(&tensors, beside)?;
        let io = |e| Error::io(path, e);
        File::open(beside).and_then(|f| f.sync_all()).map_err(io)?;
        std::fs::rename(beside, path).map_err(io)
    }

    /// Takes over the state that `path` holds; the next step is the one that would have followed.
    pub fn resume(&mut self, path: &Path) -> Result<Saved> {
        let wrong = |message: &str| Error::checkpoint(path, message);
        File::open(path).map_err(|e| Error::io(path, e))?;
        let mut tensors = candle_core::safetensors::load(path, &Device::Cpu)
            .map_err(|e| wrong(&format!("not a training state ({e}); start without it")))?;
        let notes = tensors
            .remove(NOTES)
            .ok_or_else(|| wrong("holds no training state; give the file that training wrote"))?;
        let notes: Notes = serde_json::from_slice(&notes.to_vec1::<u8>()?)
            .map_err(|e| wrong(&format!("its notes cannot be read ({e}); start without it")))?;
        let updates: HashMap<String, u64> = notes.updates.into_iter().collect();
        // Everything is checked before anything is changed.
        let mut loaded = Vec::with_capacity(self.slots.len());
        for slot in &self.slots {
            let numbers = take(&mut tensors, slot).map_err(|m| wrong(&m))?;
            loaded.push((updates.get(&slot.name).copied().unwrap_or(0), numbers));
        }
        if let Some(name) = tensors.keys().min() {
            return Err(wrong(&format!(
                "holds `{name}`, which is not trained here; resume with the same settings"
            )));
        }
        for (slot, (updates, numbers)) in self.slots.iter_mut().zip(loaded) {
            slot.restore(updates, numbers)?;
        }
        self.step = notes.saved.step;
        Ok(notes.saved)
    }
}

fn take(tensors: &mut HashMap<String, Tensor>, slot: &Slot) -> Result<Vec<Vec<f32>>, String> {
    let taken = slot.names().map(|name| {
        let tensor = tensors.remove(&name).ok_or_else(|| {
            format!("lacks `{name}`; resume with the settings that the training had")
        })?;
        if tensor.shape() != slot.var.shape() || tensor.dtype() != DType::F32 {
            return Err(format!(
                "`{name}` has another shape; resume with the same model"
            ));
        }
        let flat = tensor.flatten_all().and_then(|t| t.to_vec1());
        flat.map_err(|e| format!("`{name}` cannot be read ({e}); start without it"))
    });
    taken.collect()
}
