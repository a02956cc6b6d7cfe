//! Model folders as Hugging Face lays them out: `config.json`, `tokenizer.json`, and the tensors in
//! one safetensors file or in shards with an index.
//!
//! Tensors are read one at a time, so that loading takes little more memory than the weights
//! themselves, and nothing is mapped: a file that shrinks meanwhile is an error and not a crash.
//! A folder is written whole or not at all. Not here: the optimiser's state, which training writes
//! into the same folder.

pub(crate) mod shard;

use crate::{
    config::Config,
    error::{Error, Result},
    files::{recover_folder, write_file_atomically, write_folder_atomically},
    memory,
    tokenizer::Tokenizer,
    weights::{Training, Weights},
};
use candle_core::{DType, Device, Tensor, Var};
use serde_json::{Map, Value, json};
use shard::Shard;
use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
};

const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// Shards hold at most this many bytes, as transformers' do by default.
const SHARD_BYTES: usize = 5_000_000_000;

/// Where weights go when they are loaded.
#[derive(Clone, Debug)]
pub struct Placement {
    /// Data type that they are converted to.
    pub dtype: DType,
    /// Device that they are moved to.
    pub device: Device,
    /// Whether they become variables.
    pub training: Training,
}

impl Placement {
    /// In f32 on the CPU.
    pub fn cpu(training: Training) -> Self {
        Self {
            dtype: DType::F32,
            device: Device::Cpu,
            training,
        }
    }
}

/// A model folder's contents.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The shape of the network.
    pub config: Config,
    /// Its numbers.
    pub weights: Weights,
    /// Its tokenizer, where the folder has one.
    pub tokenizer: Option<Tokenizer>,
}

impl Checkpoint {
    /// Reads a folder. Refuses one that is incomplete or damaged, that belongs to another
    /// architecture, whose parts do not fit one another, or whose weights exceed the memory.
    pub fn load(folder: &Path, placement: &Placement) -> Result<Self> {
        recover_folder(folder)?;
        if !folder.is_dir() {
            return Err(Error::checkpoint(
                folder,
                "no such folder; give a model folder",
            ));
        }
        let config = Config::from_file(&folder.join(CONFIG))?;
        let path = folder.join(TOKENIZER);
        let tokenizer = path
            .exists()
            .then(|| Tokenizer::from_file(&path))
            .transpose()?;
        if let Some(tokenizer) = &tokenizer {
            tokenizer
                .check_vocabulary(&config)
                .map_err(|error| Error::checkpoint(&path, error.to_string()))?;
        }
        let weights = load_weights(folder, &config, placement)?;
        Ok(Self {
            config,
            weights,
            tokenizer,
        })
    }

    /// Writes a folder whose tensors are stored in `dtype`, in place of an older model folder.
    pub fn save(&self, folder: &Path, dtype: DType) -> Result<()> {
        write_folder_atomically(folder, CONFIG, |staging| {
            self.write(staging, dtype, SHARD_BYTES)
        })
    }

    /// Writes the files into an existing folder: for those who add files of their own and write the
    /// folder atomically themselves.
    pub fn write(&self, folder: &Path, dtype: DType, shard_bytes: usize) -> Result<()> {
        self.weights.check(&self.config)?;
        write_file_atomically(&folder.join(CONFIG), self.config.to_json().as_bytes())?;
        if let Some(tokenizer) = &self.tokenizer {
            tokenizer.check_vocabulary(&self.config)?;
            write_file_atomically(&folder.join(TOKENIZER), tokenizer.to_json()?.as_bytes())?;
        }
        let shards = cut(&self.weights, dtype, shard_bytes);
        if let [all] = &shards[..] {
            return shard::write(&folder.join(SINGLE), all, dtype);
        }
        let mut weight_map = Map::new();
        for (at, tensors) in shards.iter().enumerate() {
            let file = format!("model-{:05}-of-{:05}.safetensors", at + 1, shards.len());
            shard::write(&folder.join(&file), tensors, dtype)?;
            weight_map.extend(tensors.iter().map(|(n, _)| ((*n).to_owned(), json!(file))));
        }
        let total_size = memory::weight_bytes(&self.config, dtype.size_in_bytes());
        let index = json!({"metadata": {"total_size": total_size}, "weight_map": weight_map});
        let text = serde_json::to_string_pretty(&index).expect("strings and numbers serialise");
        write_file_atomically(&folder.join(INDEX), text.as_bytes())
    }
}

/// Cuts the tensors into shards, in order.
fn cut(weights: &Weights, dtype: DType, shard_bytes: usize) -> Vec<Vec<(&str, &Tensor)>> {
    let mut shards = vec![Vec::new()];
    let mut filled = 0;
    for (name, tensor) in weights.iter() {
        let bytes = tensor.elem_count() * dtype.size_in_bytes();
        if filled > 0 && filled + bytes > shard_bytes {
            shards.push(Vec::new());
            filled = 0;
        }
        filled += bytes;
        shards
            .last_mut()
            .expect("there is always one")
            .push((name, tensor));
    }
    shards
}

fn load_weights(folder: &Path, config: &Config, placement: &Placement) -> Result<Weights> {
    if placement.device.is_cpu() {
        let needed = memory::weight_bytes(config, placement.dtype.size_in_bytes());
        memory::require_bytes(&format!("`{}`", folder.display()), needed)?;
    }
    let mut shards = open_shards(folder)?;
    let parameters = config.parameters();
    refuse_strangers(folder, config, &shards)?;
    let mut weights = Weights::new();
    for parameter in parameters {
        let shard = shards
            .iter_mut()
            .find(|s| s.contains(&parameter.name))
            .ok_or_else(|| {
                let name = &parameter.name;
                Error::checkpoint(
                    folder,
                    format!("tensor `{name}` is in no file; fetch it again"),
                )
            })?;
        let tensor = shard.read(&parameter)?;
        let tensor = tensor
            .to_device(&placement.device)?
            .to_dtype(placement.dtype)?;
        let tensor = match placement.training {
            Training::Trainable => Var::from_tensor(&tensor)?.as_tensor().clone(),
            Training::Frozen => tensor,
        };
        weights.insert(parameter.name, tensor);
    }
    Ok(weights)
}

fn open_shards(folder: &Path) -> Result<Vec<Shard>> {
    let index = folder.join(INDEX);
    if !index.exists() {
        let single = folder.join(SINGLE);
        if !single.exists() {
            return Err(Error::checkpoint(
                folder,
                format!("holds neither `{SINGLE}` nor `{INDEX}`; fetch the weights"),
            ));
        }
        return Ok(vec![Shard::open(&single)?]);
    }
    let text = std::fs::read_to_string(&index).map_err(|e| Error::io(&index, e))?;
    let parsed: Value = serde_json::from_str(&text)
        .map_err(|e| Error::checkpoint(&index, format!("not JSON ({e}); fetch it again")))?;
    let map = parsed["weight_map"]
        .as_object()
        .ok_or_else(|| Error::checkpoint(&index, "has no object `weight_map`; fetch it again"))?;
    let mut files: BTreeSet<&str> = BTreeSet::new();
    for file in map.values() {
        let name = file.as_str().unwrap_or_default();
        // A shard lies in the folder itself; an index may not point elsewhere.
        if name.is_empty() || Path::new(name).file_name().is_none_or(|own| own != name) {
            return Err(Error::checkpoint(
                &index,
                format!("{file} is no file name; fetch it again"),
            ));
        }
        files.insert(name);
    }
    files
        .iter()
        .map(|name| {
            let path = folder.join(name);
            if path.exists() {
                return Shard::open(&path);
            }
            Err(Error::checkpoint(
                &path,
                "the index names this shard and it is missing; fetch it",
            ))
        })
        .collect()
}

/// A tensor that the configuration does not know may be a part of the network that would be left
/// out; only those known to be superfluous are.
fn refuse_strangers(folder: &Path, config: &Config, shards: &[Shard]) -> Result<()> {
    let known: HashSet<String> = config.parameters().into_iter().map(|p| p.name).collect();
    for name in shards.iter().flat_map(Shard::names) {
        let superfluous = name.ends_with("rotary_emb.inv_freq")
            || (name == "lm_head.weight" && config.tie_word_embeddings());
        if !superfluous && !known.contains(name) {
            return Err(Error::checkpoint(
                folder,
                format!(
                    "tensor `{name}` is unknown to its {CONFIG}; use the one that belongs to it"
                ),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
