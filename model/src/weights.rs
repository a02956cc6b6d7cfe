//! A network's numbers: an ordered map from the checkpoint's tensor names to tensors.
//!
//! A trainable tensor is a candle `Var`; a frozen one (a reference policy, a sampler's copy) is a
//! plain tensor and grows no graph. Networks hold clones that share storage, so an optimiser's
//! write is seen everywhere without reloading.
//!
//! Not here: files (see `checkpoint`).

use crate::{
    config::Config,
    error::{Error, Result},
    memory,
};
use candle_core::{DType, Device, Tensor, Var};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use std::collections::HashMap;

/// One tensor that a configuration implies.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The checkpoint's name.
    pub name: String,
    /// Sizes, outermost first; a matrix is (out, in).
    pub shape: Vec<usize>,
    /// How it starts.
    pub init: Init,
}

/// How a fresh tensor is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// Gains of norms.
    Ones,
    /// Everything else.
    Normal {
        /// Standard deviation.
        std: f64,
    },
}

/// A tensor's numbers as f32 on the CPU, in row-major order.
pub fn numbers(tensor: &Tensor) -> Result<Vec<f32>> {
    let tensor = tensor.to_device(&Device::Cpu)?.to_dtype(DType::F32)?;
    Ok(tensor.flatten_all()?.to_vec1()?)
}

impl Parameter {
    /// How many numbers it holds; more than any memory does where a file asks for that.
    pub fn count(&self) -> usize {
        self.shape.iter().copied().fold(1, usize::saturating_mul)
    }

    /// Fresh values. The stream depends on the seed and the name alone, so one tensor starts the
    /// same whatever else a network has.
    pub fn initial(&self, seed: u64) -> Vec<f32> {
        match self.init {
            Init::Ones => vec![1.0; self.count()],
            Init::Normal { std } => normals(seed, &self.name, std, self.count()),
        }
    }
}

/// Whether an optimiser may change the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Training {
    /// Each tensor is a variable.
    Trainable,
    /// Each tensor is a constant.
    Frozen,
}

/// An ordered map from tensor names to tensors.
#[derive(Clone, Default)]
pub struct Weights {
    entries: Vec<(String, Tensor)>,
    index: HashMap<String, usize>,
}

/// In short: a network has thousands of tensors.
impl std::fmt::Debug for Weights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Weights({} tensors)", self.len())
    }
}

impl Weights {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fresh trainable f32 weights of a configuration. Refuses what exceeds the memory.
    pub fn initial(config: &Config, seed: u64, device: &Device) -> Result<Self> {
        if device.is_cpu() {
            memory::require_bytes("a fresh model", memory::weight_bytes(config, 4))?;
        }
        let mut weights = Self::new();
        for parameter in config.parameters() {
            let values = parameter.initial(seed);
            let tensor = Tensor::from_vec(values, parameter.shape.as_slice(), device)?;
            weights.insert(
                parameter.name,
                Var::from_tensor(&tensor)?.as_tensor().clone(),
            );
        }
        Ok(weights)
    }

    /// Adds a tensor at the end, or replaces the one of that name in its place.
    pub fn insert(&mut self, name: impl Into<String>, tensor: Tensor) {
        let name = name.into();
        if let Some(&at) = self.index.get(&name) {
            self.entries[at].1 = tensor;
        } else {
            self.index.insert(name.clone(), self.entries.len());
            self.entries.push((name, tensor));
        }
    }

    /// The tensor of a name.
    pub fn tensor(&self, name: &str) -> Result<&Tensor> {
        self.index
            .get(name)
            .map(|&at| &self.entries[at].1)
            .ok_or_else(|| Error::MissingTensor {
                name: name.to_owned(),
            })
    }

    /// Whether there is a tensor of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    /// Names and tensors in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Tensor)> {
        self.entries
            .iter()
            .map(|(name, tensor)| (name.as_str(), tensor))
    }

    /// Number of tensors.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no tensor.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The trainable ones, in order.
    pub fn vars(&self) -> Vec<(String, Var)> {
        self.entries
            .iter()
            .filter(|(_, tensor)| tensor.is_variable())
            .map(|(name, tensor)| {
                (
                    name.clone(),
                    Var::from_tensor(tensor).expect("a variable stays what it is"),
                )
            })
            .collect()
    }

    /// The same storage without gradients: sees later updates, grows no graph.
    #[must_use]
    pub fn frozen(&self) -> Self {
        let entries = self
            .entries
            .iter()
            .map(|(n, t)| (n.clone(), t.detach()))
            .collect();
        Self {
            entries,
            index: self.index.clone(),
        }
    }

    /// An own copy in own storage.
    pub fn copied(&self, training: Training) -> Result<Self> {
        self.mapped(training, Tensor::copy)
    }

    /// An own copy on a device in a data type.
    pub fn converted(&self, training: Training, dtype: DType, device: &Device) -> Result<Self> {
        self.mapped(training, |t| t.to_device(device)?.to_dtype(dtype)?.copy())
    }

    /// The same tensors for a configuration that differs in its head alone: what it does not know
    /// is left out, what is missing starts fresh and trainable. A reward model starts like this
    /// from a policy.
    pub fn with_head_of(&self, config: &Config, seed: u64) -> Result<Self> {
        let mut weights = Self::new();
        for parameter in config.parameters() {
            if self.contains(&parameter.name) {
                weights.insert(
                    parameter.name.clone(),
                    self.tensor(&parameter.name)?.clone(),
                );
                continue;
            }
            if parameter.name.starts_with("model.") {
                return Err(Error::MissingTensor {
                    name: parameter.name,
                });
            }
            let like = self.tensor("model.norm.weight")?;
            let values = parameter.initial(seed);
            let tensor = Tensor::from_vec(values, parameter.shape.as_slice(), like.device())?;
            let tensor = Var::from_tensor(&tensor.to_dtype(like.dtype())?)?
                .as_tensor()
                .clone();
            weights.insert(parameter.name, tensor);
        }
        weights.check(config)?;
        Ok(weights)
    }

    fn mapped(
        &self,
        training: Training,
        f: impl Fn(&Tensor) -> candle_core::Result<Tensor>,
    ) -> Result<Self> {
        let mut weights = Self::new();
        for (name, tensor) in self.iter() {
            let tensor = f(&tensor.detach())?;
            let tensor = match training {
                Training::Trainable => Var::from_tensor(&tensor)?.as_tensor().clone(),
                Training::Frozen => tensor,
            };
            weights.insert(name, tensor);
        }
        Ok(weights)
    }

    /// Checks names and shapes against a configuration: nothing missing, nothing too much.
    pub fn check(&self, config: &Config) -> Result<()> {
        let parameters = config.parameters();
        for parameter in &parameters {
            let tensor = self.tensor(&parameter.name)?;
            if tensor.dims() != parameter.shape {
                return Err(Error::TensorShape {
                    name: parameter.name.clone(),
                    found: tensor.dims().to_vec(),
                    wanted: parameter.shape.clone(),
                });
            }
        }
        if self.len() == parameters.len() {
            return Ok(());
        }
        let known: std::collections::HashSet<&str> =
            parameters.iter().map(|p| p.name.as_str()).collect();
        let extra = self
            .iter()
            .map(|(n, _)| n)
            .find(|n| !known.contains(n))
            .unwrap_or_default();
        Err(Error::Argument(format!(
            "the weights hold tensor `{extra}`, which the configuration does not know; use the \
             config.json that belongs to them"
        )))
    }
}

/// Normal deviates by Box and Muller, in f64, rounded once.
fn normals(seed: u64, name: &str, std: f64, count: usize) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(fnv1a(name));
    let mut uniform = move || (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    let mut values = Vec::with_capacity(count + 1);
    while values.len() < count {
        // 1 - u is never 0, so the logarithm is finite.
        let radius = (-2.0 * (1.0 - uniform()).ln()).sqrt() * std;
        let angle = std::f64::consts::TAU * uniform();
        values.push((radius * angle.cos()) as f32);
        values.push((radius * angle.sin()) as f32);
    }
    values.truncate(count);
    values
}

/// Fowler, Noll and Vo's hash: stable across versions, unlike the standard library's.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_weights_and_another_seed_others() {
        let config = Config::preset("tiny").unwrap();
        let values = |seed| {
            let weights = Weights::initial(&config, seed, &Device::Cpu).unwrap();
            let tensor = weights.tensor("model.layers.3.mlp.up_proj.weight").unwrap();
            tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap()
        };
        assert_eq!(values(1), values(1));
        assert_ne!(values(1), values(2));
        let v = values(1);
        let std = (v.iter().map(|x| f64::from(x * x)).sum::<f64>() / v.len() as f64).sqrt();
        assert!((std - 0.02).abs() < 3e-4, "{std}");
    }

    #[test]
    fn initial_weights_fit_their_configuration_and_no_other() {
        let config = Config::preset("tiny-moe").unwrap();
        let weights = Weights::initial(&config, 0, &Device::Cpu).unwrap();
        weights.check(&config).unwrap();
        assert_eq!(weights.vars().len(), config.parameters().len());
        let wider = config.clone().with_vocabulary(2000, 0, 1);
        let message = weights.check(&wider).unwrap_err().to_string();
        assert!(message.contains("`model.embed_tokens.weight`"), "{message}");
        let message = weights
            .check(&config.with_head(crate::Head::Scalar))
            .unwrap_err();
        assert!(message.to_string().contains("score.weight"), "{message}");
    }

    #[test]
    fn a_reward_model_starts_with_its_policys_trunk_and_a_fresh_head() {
        let config = Config::preset("tiny").unwrap();
        let weights = Weights::initial(&config, 0, &Device::Cpu).unwrap();
        let scalar = config.clone().with_head(crate::Head::Scalar);
        let reward = weights
            .copied(Training::Trainable)
            .unwrap()
            .with_head_of(&scalar, 1)
            .unwrap();
        assert!(reward.contains("score.weight") && !reward.contains("lm_head.weight"));
        assert_eq!(reward.vars().len(), weights.len());
        let deeper = Config::preset("small").unwrap();
        assert!(weights.with_head_of(&deeper, 1).is_err());
    }

    #[test]
    fn frozen_weights_see_updates_and_copies_do_not() {
        let config = Config::preset("tiny").unwrap();
        let weights = Weights::initial(&config, 0, &Device::Cpu).unwrap();
        let (frozen, copy) = (weights.frozen(), weights.copied(Training::Frozen).unwrap());
        let (name, var) = weights.vars().remove(0);
        var.set(&var.zeros_like().unwrap()).unwrap();
        let sum = |w: &Weights| {
            let squares = w.tensor(&name).unwrap().sqr().unwrap();
            squares.sum_all().unwrap().to_scalar::<f32>().unwrap()
        };
        assert!(sum(&frozen) == 0.0 && sum(&copy) > 0.0);
        assert!(frozen.vars().is_empty());
    }
}
