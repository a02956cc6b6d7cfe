//! Takes the keys of a `config.json` one by one and complains of those that nobody took.

use serde_json::{Map, Value};

/// Keys that say nothing about what the network computes in inference or training.
const HARMLESS: &[&str] = &[
    "_attn_implementation",
    "_name_or_path",
    "auto_map",
    "dtype",
    "ep_size",
    "finetuning_task",
    "id2label",
    "keys_to_ignore_at_inference",
    "label2id",
    "num_labels",
    "output_attentions",
    "output_hidden_states",
    "output_router_logits",
    "pad_token_id",
    // Tensor-parallel layout of the authors' own training; results are equal up to rounding.
    "pretraining_tp",
    "return_dict",
    "torch_dtype",
    "transformers_version",
    "use_cache",
];

pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn new(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// Takes a key out; a null counts as absent.
    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        self.0.shift_remove(key).filter(|v| !v.is_null())
    }

    pub(super) fn architecture(&mut self) -> Result<String, String> {
        self.take("model_type");
        match self.take("architectures") {
            Some(Value::Array(names)) if names.len() == 1 => names[0]
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| "`architectures` must name one".into()),
            _ => Err(
                "key `architectures` must name one architecture; give a Hugging Face \
                      config.json"
                    .into(),
            ),
        }
    }

    pub(super) fn size(&mut self, key: &str) -> Result<usize, String> {
        self.opt_size(key)?
            .ok_or_else(|| format!("key `{key}` is missing; add it"))
    }

    /// A size or a count, within its limit.
    pub(super) fn opt_size(&mut self, key: &str) -> Result<Option<usize>, String> {
        let read = |value: Value| {
            let size = value.as_u64().and_then(|n| usize::try_from(n).ok());
            let size = size.ok_or_else(|| format!("key `{key}` is {value}, not a whole number"))?;
            let most = limit(key);
            if size > most {
                return Err(format!(
                    "key `{key}` is {size} and at most {most} is supported; use the file that \
                     belongs to the weights"
                ));
            }
            Ok(size)
        };
        self.take(key).map(read).transpose()
    }

    pub(super) fn number(&mut self, key: &str, default: f64) -> Result<f64, String> {
        match self.take(key) {
            None => Ok(default),
            Some(v) => v
                .as_f64()
                .ok_or_else(|| format!("key `{key}` is {v}, not a number")),
        }
    }

    pub(super) fn flag(&mut self, key: &str, default: bool) -> Result<bool, String> {
        match self.take(key) {
            None => Ok(default),
            Some(v) => v
                .as_bool()
                .ok_or_else(|| format!("key `{key}` is {v}, not true or false")),
        }
    }

    pub(super) fn text(&mut self, key: &str, default: &str) -> Result<String, String> {
        match self.take(key) {
            None => Ok(default.to_owned()),
            Some(v) => v
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| format!("key `{key}` is {v}, not a string")),
        }
    }

    /// A token id; a list of several gives its first.
    pub(super) fn token(&mut self, key: &str) -> Result<Option<u32>, String> {
        let value = match self.take(key) {
            Some(Value::Array(ids)) => ids.first().cloned(),
            other => other,
        };
        value
            .map(|v| {
                v.as_u64()
                    .and_then(|n| u32::try_from(n).ok())
                    .ok_or_else(|| format!("key `{key}` is {v}, not a token id"))
            })
            .transpose()
    }

    /// Takes a key that only one value of is supported.
    pub(super) fn only(&mut self, key: &str, supported: &Value) -> Result<(), String> {
        match self.take(key) {
            Some(v) if !same(&v, supported) => Err(format!(
                "`{key}` = {v} is not supported, only {supported}; use another checkpoint"
            )),
            _ => Ok(()),
        }
    }

    /// Everything left must be harmless or null.
    pub(super) fn finish(&mut self) -> Result<(), String> {
        let unknown: Vec<String> = self
            .0
            .iter()
            .filter(|(key, value)| !value.is_null() && !HARMLESS.contains(&key.as_str()))
            .map(|(key, value)| format!("`{key}` = {value}"))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(format!(
            "unknown {}, which may change what the network computes; remove it if it does not",
            unknown.join(", ")
        ))
    }
}

/// The most that a key may say: many times what published networks have, and little enough that
/// asking whether a network fits the memory neither fills it nor overflows.
fn limit(key: &str) -> usize {
    match key {
        "num_hidden_layers" | "first_k_dense_replace" => 1_000,
        "n_routed_experts"
        | "n_shared_experts"
        | "num_experts_per_tok"
        | "n_group"
        | "topk_group"
        | "num_attention_heads"
        | "num_key_value_heads" => 4_096,
        // Each has its row in a table of cosines.
        "max_position_embeddings" => 1 << 22,
        _ => 1 << 31,
    }
}

/// Equality that does not tell 0 from 0.0.
fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(x), Some(y)) => x.to_bits() == y.to_bits(),
        _ => a == b,
    }
}
