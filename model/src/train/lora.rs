//! Low-rank adapters (Hu et al., arXiv 2106.09685): W + α/r · B·A with W frozen.
//!
//! The product B·A is added to the weight before the network uses it, once a micro-batch. That
//! costs one matrix of the weight's size and `rank` times its numbers in work, far less than the
//! tokens' own products, and needs nothing from the networks. The optimiser's state exists for the
//! adapters alone.
//!
//! A folder of adapters is laid out as PEFT lays it out, so that transformers can put them on the
//! model that they were trained on. It must not be the model's own folder: transformers takes what
//! lies beside `adapter_config.json` for adapters alone.

use crate::{
    checkpoint::shard,
    config::{Config, Head},
    error::{Error, Result},
    files::write_file_atomically,
    weights::{Init, Parameter, Training, Weights},
};
use candle_core::{DType, Device, Tensor, Var};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{collections::BTreeSet, fs, path::Path};

/// The scalar head, which has no adapters and is trained in full.
const SCORE: &str = "score.weight";

/// What PEFT puts before the names of the model's own modules.
const PEFT: &str = "base_model.model.";

/// Which matrices get adapters, and how large.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoraParams {
    /// Inner dimension of the adapters.
    pub rank: usize,
    /// The product is multiplied by `alpha / rank`.
    pub alpha: f64,
    /// Last parts of module names, as `q_proj`.
    pub targets: Vec<String>,
    /// What the configuration of a folder of adapters calls the model below: a folder or a name.
    pub base: String,
}

impl LoraParams {
    /// How many numbers are trained, a scalar head among them.
    pub fn count(&self, config: &Config) -> usize {
        let count = |parameter: &Parameter| match module(parameter) {
            Some(module) if self.takes(module) => self.rank * parameter.shape.iter().sum::<usize>(),
            _ if parameter.name == SCORE => parameter.count(),
            _ => 0,
        };
        config.parameters().iter().map(count).sum()
    }

    fn takes(&self, module: &str) -> bool {
        self.targets.iter().any(|target| target == last(module))
    }

    /// Refuses a rank that would learn nothing or save nothing, and a target that no matrix has: a
    /// typing error in one of several would go unseen otherwise.
    pub fn check(&self, config: &Config) -> Result<()> {
        if self.rank == 0 {
            return Err(Error::Argument(
                "LoRA of rank 0 learns nothing; use 1 or more".into(),
            ));
        }
        let width = config.hidden_size();
        if self.rank > width {
            return Err(Error::Argument(format!(
                "the LoRA `rank` is {} and the model {width} wide; use less, or train all weights",
                self.rank
            )));
        }
        let parameters = config.parameters();
        let known: BTreeSet<&str> = parameters.iter().filter_map(module).map(last).collect();
        let strange = self.targets.iter().find(|t| !known.contains(t.as_str()));
        if self.targets.is_empty() || strange.is_some() {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            return Err(Error::Argument(format!(
                "the LoRA `targets` name `{}`, and no matrix of the model is called so; there are \
                 {}",
                strange.map_or("", String::as_str),
                known.join(", ")
            )));
        }
        Ok(())
    }
}

/// The module of a matrix that can have adapters. An embedding is looked up and not multiplied by,
/// which PEFT treats in another way.
fn module(parameter: &Parameter) -> Option<&str> {
    let module = parameter.name.strip_suffix(".weight")?;
    let matrix = parameter.shape.len() == 2 && parameter.name != SCORE;
    (matrix && last(module) != "embed_tokens").then_some(module)
}

/// The last part of a module's name.
fn last(module: &str) -> &str {
    module.rsplit('.').next().unwrap_or_default()
}

/// Frozen weights with trainable adapters.
#[derive(Clone, Debug)]
pub struct Lora {
    base: Weights,
    adapters: Weights,
    params: LoraParams,
}

impl Lora {
    /// Fresh adapters: A is random, B is zero, so that the network starts as it was. A reward
    /// model's scalar head is trained in full.
    pub fn new(config: &Config, base: &Weights, params: &LoraParams, seed: u64) -> Result<Self> {
        params.check(config)?;
        let mut adapters = Weights::new();
        for parameter in config.parameters() {
            let below = base.tensor(&parameter.name)?;
            if parameter.name == SCORE {
                let head = below.detach().to_dtype(DType::F32)?.copy()?;
                adapters.insert(SCORE, Var::from_tensor(&head)?.as_tensor().clone());
                continue;
            }
            let Some(module) = module(&parameter).filter(|module| params.takes(module)) else {
                continue;
            };
            let (out, inner) = (parameter.shape[0], parameter.shape[1]);
            let std = 1.0 / (inner as f64).sqrt();
            let a = fresh(format!("{module}.lora_A.weight"), [params.rank, inner], std);
            let b = fresh(format!("{module}.lora_B.weight"), [out, params.rank], 0.0);
            for parameter in [a, b] {
                let tensor = variable(&parameter, seed, below.device())?;
                adapters.insert(parameter.name, tensor);
            }
        }
        Ok(Self {
            base: base.frozen(),
            adapters,
            params: params.clone(),
        })
    }

    /// The frozen weights.
    pub fn base(&self) -> &Weights {
        &self.base
    }

    /// The trainable tensors, named as PEFT names them without its prefix.
    pub fn adapters(&self) -> &Weights {
        &self.adapters
    }

    /// The weights that the network computes with; gradients reach the adapters through them.
    pub fn effective(&self) -> Result<Weights> {
        let mut weights = self.base.clone();
        let scale = self.params.alpha / self.params.rank as f64;
        for (name, adapter) in self.adapters.iter() {
            if let Some(module) = name.strip_suffix(".lora_A.weight") {
                let b = self.adapters.tensor(&format!("{module}.lora_B.weight"))?;
                let name = format!("{module}.weight");
                let base = self.base.tensor(&name)?;
                let change = (b.matmul(adapter)? * scale)?.to_dtype(base.dtype())?;
                weights.insert(name, (base + change)?);
            } else if !name.ends_with(".lora_B.weight") {
                weights.insert(name, adapter.to_dtype(self.base.tensor(name)?.dtype())?);
            }
        }
        Ok(weights)
    }

    /// Ordinary weights with the adapters worked in, in their own storage: what a checkpoint saves.
    pub fn merged(&self) -> Result<Weights> {
        self.effective()?.copied(Training::Frozen)
    }

    /// Writes `adapter_config.json` and `adapter_model.safetensors` into a folder, which is made
    /// where it is missing.
    pub fn write(&self, folder: &Path, config: &Config) -> Result<()> {
        fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
        let LoraParams {
            rank,
            alpha,
            targets,
            base,
        } = &self.params;
        let (task, whole) = match config.head() {
            Head::LanguageModel => ("CAUSAL_LM", None),
            Head::Scalar => ("SEQ_CLS", Some(["score"])),
        };
        let notes = json!({
            "peft_type": "LORA", "task_type": task, "base_model_name_or_path": base,
            "r": rank, "lora_alpha": alpha, "target_modules": targets, "modules_to_save": whole,
            "lora_dropout": 0.0, "bias": "none", "fan_in_fan_out": false, "inference_mode": true,
        });
        let text = serde_json::to_string_pretty(&notes).expect("numbers and strings serialise");
        let path = folder.join("adapter_config.json");
        write_file_atomically(&path, text.as_bytes())?;
        let named: Vec<(String, &Tensor)> = self
            .adapters
            .iter()
            .map(|(name, tensor)| (format!("{PEFT}{name}"), tensor))
            .collect();
        let named: Vec<(&str, &Tensor)> = named.iter().map(|(n, t)| (n.as_str(), *t)).collect();
        let path = folder.join("adapter_model.safetensors");
        shard::write(&path, &named, DType::F32)
    }
}

fn fresh(name: String, shape: [usize; 2], std: f64) -> Parameter {
    Parameter {
        name,
        shape: shape.into(),
        init: Init::Normal { std },
    }
}

fn variable(parameter: &Parameter, seed: u64, device: &Device) -> Result<Tensor> {
    let values = parameter.initial(seed);
    let tensor = Tensor::from_vec(values, parameter.shape.as_slice(), device)?;
    Ok(Var::from_tensor(&tensor)?.as_tensor().clone())
}
