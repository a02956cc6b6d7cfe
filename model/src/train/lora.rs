//! Low-rank adapters (Hu et al., arXiv 2106.09685): W + α/r · B·A with W frozen.
//!
//! The product B·A is added to the weight before the network uses it, once a micro-batch. That
//! costs one matrix of the weight's size and `rank` times its numbers in work, far less than the
//! tokens' own products, and needs nothing from the networks. The optimiser's state exists for the
//! adapters alone.
//!
//! A folder of adapters is laid out as PEFT lays it out, so that transformers can put them on the
//! model that they were trained on.

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
use std::path::Path;

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
        if params.rank == 0 {
            return Err(Error::Argument(
                "LoRA of rank 0 learns nothing; use 1 or more".into(),
            ));
        }
        let mut adapters = Weights::new();
        for Parameter { name, shape, .. } in config.parameters() {
            let device = base.tensor(&name)?.device().clone();
            if name == "score.weight" {
                let head = base.tensor(&name)?.to_dtype(DType::F32)?.copy()?;
                adapters.insert(name, Var::from_tensor(&head)?.as_tensor().clone());
                continue;
            }
            let Some(module) = name.strip_suffix(".weight") else {
                continue;
            };
            let last = module.rsplit('.').next().unwrap_or_default();
            if shape.len() == 2 && params.targets.iter().any(|t| t == last) {
                let std = 1.0 / (shape[1] as f64).sqrt();
                let a = fresh(
                    format!("{module}.lora_A.weight"),
                    [params.rank, shape[1]],
                    std,
                );
                let b = fresh(
                    format!("{module}.lora_B.weight"),
                    [shape[0], params.rank],
                    0.0,
                );
                for parameter in [a, b] {
                    let tensor = variable(&parameter, seed, &device)?;
                    adapters.insert(parameter.name, tensor);
                }
            }
        }
        if adapters.iter().all(|(name, _)| name == "score.weight") {
            return Err(Error::Argument(format!(
                "no matrix ends in one of the LoRA targets {:?}; name modules as `q_proj`",
                params.targets
            )));
        }
        Ok(Self {
            base: base.frozen(),
            adapters,
            params: params.clone(),
        })
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

    /// Writes `adapter_config.json` and `adapter_model.safetensors` into a folder; `base` is what
    /// the configuration calls the model below, a folder or a name.
    pub fn write(&self, folder: &Path, config: &Config, base: &str) -> Result<()> {
        let LoraParams {
            rank,
            alpha,
            targets,
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
