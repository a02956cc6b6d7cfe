//! The shape of a network, as Hugging Face's `config.json` tells it.
//!
//! Two architectures: [`DenseConfig`] (`LlamaForCausalLM`, as DeepSeek-Coder) and [`MoeConfig`]
//! (`DeepseekV2ForCausalLM`, as DeepSeek-V2 and Coder-V2). Field names are the file's keys.
//! A key that would change the mathematics and is not known here is an error, never ignored:
//! a model that loads computes what its authors meant.
//!
//! Not here: tokenizer settings, generation settings, training settings.

mod dense;
mod fields;
mod moe;
mod presets;
mod rope;

pub use dense::DenseConfig;
pub use moe::{MoeConfig, TopkMethod};
pub use presets::PRESETS;
pub use rope::{Rope, RopeScaling, Yarn};

use crate::{
    error::{Error, Result},
    weights::Parameter,
};
use fields::Fields;
use serde_json::{Map, Value};
use std::path::Path;

/// What stands on top of the trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// `lm_head.weight`, or the embedding again where the configuration ties them.
    LanguageModel,
    /// `score.weight`, one number a sequence: a reward model (`…ForSequenceClassification`).
    Scalar,
}

/// The shape of a network of one of the known architectures.
#[derive(Clone, Debug, PartialEq)]
pub enum Config {
    /// Llama as DeepSeek-Coder uses it.
    Dense(DenseConfig),
    /// DeepSeek-V2: latent attention and a mixture of experts.
    Moe(MoeConfig),
}

impl Config {
    /// Reads a `config.json`.
    pub fn from_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::io(path, e))?;
        Self::from_json(&text, &path.display().to_string())
    }

    /// Reads the text of a `config.json`; `place` is the name that an error gives.
    pub fn from_json(text: &str, place: &str) -> Result<Self> {
        let error = |message: String| Error::Config {
            place: place.to_owned(),
            message,
        };
        let map: Map<String, Value> = serde_json::from_str(text).map_err(|e| {
            error(format!(
                "not a JSON object ({e}); give a Hugging Face config.json"
            ))
        })?;
        let mut fields = Fields::new(map);
        parse(&mut fields).map_err(error)
    }

    /// A built-in shape by its name, one of [`PRESETS`].
    pub fn preset(name: &str) -> Result<Self> {
        presets::preset(name).ok_or_else(|| Error::Config {
            place: name.to_owned(),
            message: format!("unknown preset; use one of {}", PRESETS.join(", ")),
        })
    }

    /// The text of a `config.json` that Hugging Face's transformers reads as the same network.
    pub fn to_json(&self) -> String {
        let map = match self {
            Self::Dense(c) => c.to_map(),
            Self::Moe(c) => c.to_map(),
        };
        let mut text = serde_json::to_string_pretty(&Value::Object(map))
            .expect("a map of strings and numbers serialises");
        text.push('\n');
        text
    }

    /// Every tensor of the network, bottom-up, by the checkpoint's names.
    pub fn parameters(&self) -> Vec<Parameter> {
        match self {
            Self::Dense(c) => c.parameters(),
            Self::Moe(c) => c.parameters(),
        }
    }

    /// How many numbers the network learns.
    pub fn parameter_count(&self) -> usize {
        let counts = self.parameters().into_iter().map(|p| p.count());
        counts.fold(0, usize::saturating_add)
    }

    /// How many of them one token touches: all but the experts that the router leaves out.
    pub fn active_parameter_count(&self) -> usize {
        match self {
            Self::Dense(_) => self.parameter_count(),
            Self::Moe(c) => self.parameter_count() - c.idle_parameter_count(),
        }
    }

    /// Number of token ids.
    pub fn vocab_size(&self) -> usize {
        match self {
            Self::Dense(c) => c.vocab_size,
            Self::Moe(c) => c.vocab_size,
        }
    }

    /// The same shape for another number of token ids and its beginning and end of text.
    #[must_use]
    pub fn with_vocabulary(mut self, size: usize, bos: u32, eos: u32) -> Self {
        let (vocab, b, e) = match &mut self {
            Self::Dense(c) => (&mut c.vocab_size, &mut c.bos_token_id, &mut c.eos_token_id),
            Self::Moe(c) => (&mut c.vocab_size, &mut c.bos_token_id, &mut c.eos_token_id),
        };
        (*vocab, *b, *e) = (size, Some(bos), Some(eos));
        self
    }

    /// The same trunk under another head.
    #[must_use]
    pub fn with_head(mut self, head: Head) -> Self {
        match &mut self {
            Self::Dense(c) => c.head = head,
            Self::Moe(c) => c.head = head,
        }
        self
    }

    /// What stands on top of the trunk.
    pub fn head(&self) -> Head {
        match self {
            Self::Dense(c) => c.head,
            Self::Moe(c) => c.head,
        }
    }

    /// Width of the residual stream.
    pub fn hidden_size(&self) -> usize {
        match self {
            Self::Dense(c) => c.hidden_size,
            Self::Moe(c) => c.hidden_size,
        }
    }

    /// Number of layers.
    pub fn num_hidden_layers(&self) -> usize {
        match self {
            Self::Dense(c) => c.num_hidden_layers,
            Self::Moe(c) => c.num_hidden_layers,
        }
    }

    /// Longest sequence that the positions were made for.
    pub fn max_position_embeddings(&self) -> usize {
        match self {
            Self::Dense(c) => c.max_position_embeddings,
            Self::Moe(c) => c.max_position_embeddings,
        }
    }

    /// Whether the output layer is the embedding itself.
    pub fn tie_word_embeddings(&self) -> bool {
        match self {
            Self::Dense(c) => c.tie_word_embeddings,
            Self::Moe(c) => c.tie_word_embeddings,
        }
    }

    /// Id that ends a text, where the file names one.
    pub fn eos_token_id(&self) -> Option<u32> {
        match self {
            Self::Dense(c) => c.eos_token_id,
            Self::Moe(c) => c.eos_token_id,
        }
    }

    /// Id that begins a text, where the file names one.
    pub fn bos_token_id(&self) -> Option<u32> {
        match self {
            Self::Dense(c) => c.bos_token_id,
            Self::Moe(c) => c.bos_token_id,
        }
    }
}

fn parse(fields: &mut Fields) -> Result<Config, String> {
    let architecture = fields.architecture()?;
    let (family, head) = match architecture.as_str() {
        "LlamaForCausalLM" => ("llama", Head::LanguageModel),
        "LlamaForSequenceClassification" => ("llama", Head::Scalar),
        "DeepseekV2ForCausalLM" => ("deepseek_v2", Head::LanguageModel),
        "DeepseekV2ForSequenceClassification" => ("deepseek_v2", Head::Scalar),
        other => {
            return Err(format!(
                "unknown architecture `{other}`; use a LlamaForCausalLM or DeepseekV2ForCausalLM \
                 checkpoint"
            ));
        }
    };
    let config = if family == "llama" {
        Config::Dense(DenseConfig::parse(fields, head)?)
    } else {
        Config::Moe(MoeConfig::parse(fields, head)?)
    };
    fields.finish()?;
    Ok(config)
}

#[cfg(test)]
mod tests;
