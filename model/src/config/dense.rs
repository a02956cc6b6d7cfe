//! The dense architecture's configuration and the tensors that it implies.

use super::{Head, Rope, fields::Fields};
use crate::weights::{Init, Parameter};
use serde_json::{Map, Value, json};

/// `LlamaForCausalLM` as DeepSeek-Coder uses it: no biases, grouped-query attention, SwiGLU.
#[derive(Clone, Debug, PartialEq)]
pub struct DenseConfig {
    /// Number of token ids.
    pub vocab_size: usize,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Width inside the feed-forward.
    pub intermediate_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Query heads.
    pub num_attention_heads: usize,
    /// Key and value heads; each serves an equal share of the query heads.
    pub num_key_value_heads: usize,
    /// Width of a head.
    pub head_dim: usize,
    /// Longest sequence that the positions were made for.
    pub max_position_embeddings: usize,
    /// Added to the mean square in every norm.
    pub rms_norm_eps: f64,
    /// Rotary positions, rotated in halves.
    pub rope: Rope,
    /// Whether the output layer is the embedding itself.
    pub tie_word_embeddings: bool,
    /// Id that begins a text.
    pub bos_token_id: Option<u32>,
    /// Id that ends a text.
    pub eos_token_id: Option<u32>,
    /// Standard deviation of fresh weights.
    pub initializer_range: f64,
    /// What stands on top.
    pub head: Head,
}

impl DenseConfig {
    pub(super) fn parse(fields: &mut Fields, head: Head) -> Result<Self, String> {
        fields.only("hidden_act", &json!("silu"))?;
        fields.only("attention_bias", &json!(false))?;
        fields.only("mlp_bias", &json!(false))?;
        fields.only("attention_dropout", &json!(0))?;
        let hidden_size = fields.size("hidden_size")?;
        let num_attention_heads = fields.size("num_attention_heads")?.max(1);
        let config = Self {
            vocab_size: fields.size("vocab_size")?,
            hidden_size,
            intermediate_size: fields.size("intermediate_size")?,
            num_hidden_layers: fields.size("num_hidden_layers")?,
            num_attention_heads,
            num_key_value_heads: fields
                .opt_size("num_key_value_heads")?
                .unwrap_or(num_attention_heads),
            head_dim: fields
                .opt_size("head_dim")?
                .unwrap_or(hidden_size / num_attention_heads),
            max_position_embeddings: fields.size("max_position_embeddings")?,
            rms_norm_eps: fields.number("rms_norm_eps", 1e-6)?,
            rope: Rope::parse(fields)?,
            tie_word_embeddings: fields.flag("tie_word_embeddings", false)?,
            bos_token_id: fields.token("bos_token_id")?,
            eos_token_id: fields.token("eos_token_id")?,
            initializer_range: fields.number("initializer_range", 0.02)?,
            head,
        };
        if config.num_key_value_heads == 0
            || !config
                .num_attention_heads
                .is_multiple_of(config.num_key_value_heads)
        {
            return Err("`num_attention_heads` must be a multiple of `num_key_value_heads`".into());
        }
        if config.head_dim == 0 || !config.head_dim.is_multiple_of(2) {
            return Err("`head_dim` must be even and above 0 for rotary positions".into());
        }
        Ok(config)
    }

    pub(super) fn to_map(&self) -> Map<String, Value> {
        let class = match self.head {
            Head::LanguageModel => "LlamaForCausalLM",
            Head::Scalar => "LlamaForSequenceClassification",
        };
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| map.insert(key.into(), value);
        put("architectures", json!([class]));
        put("model_type", json!("llama"));
        put("vocab_size", json!(self.vocab_size));
        put("hidden_size", json!(self.hidden_size));
        put("intermediate_size", json!(self.intermediate_size));
        put("num_hidden_layers", json!(self.num_hidden_layers));
        put("num_attention_heads", json!(self.num_attention_heads));
        put("num_key_value_heads", json!(self.num_key_value_heads));
        put("head_dim", json!(self.head_dim));
        put("hidden_act", json!("silu"));
        put(
            "max_position_embeddings",
            json!(self.max_position_embeddings),
        );
        put("rms_norm_eps", json!(self.rms_norm_eps));
        put("tie_word_embeddings", json!(self.tie_word_embeddings));
        put("bos_token_id", json!(self.bos_token_id));
        put("eos_token_id", json!(self.eos_token_id));
        put("initializer_range", json!(self.initializer_range));
        if self.head == Head::Scalar {
            put("num_labels", json!(1));
        }
        self.rope.to_fields(&mut map);
        map
    }

    pub(super) fn parameters(&self) -> Vec<Parameter> {
        let mut list = Stack::new(self.num_hidden_layers, self.initializer_range);
        list.embedding(self.vocab_size, self.hidden_size);
        let (q, kv) = (
            self.num_attention_heads * self.head_dim,
            self.num_key_value_heads * self.head_dim,
        );
        for layer in 0..self.num_hidden_layers {
            let at = format!("model.layers.{layer}");
            list.norm(&format!("{at}.input_layernorm"), self.hidden_size);
            list.matrix(&format!("{at}.self_attn.q_proj"), q, self.hidden_size);
            list.matrix(&format!("{at}.self_attn.k_proj"), kv, self.hidden_size);
            list.matrix(&format!("{at}.self_attn.v_proj"), kv, self.hidden_size);
            list.residual(&format!("{at}.self_attn.o_proj"), self.hidden_size, q);
            list.norm(&format!("{at}.post_attention_layernorm"), self.hidden_size);
            list.mlp(
                &format!("{at}.mlp"),
                self.hidden_size,
                self.intermediate_size,
            );
        }
        list.top(
            self.head,
            self.tie_word_embeddings,
            self.vocab_size,
            self.hidden_size,
        );
        list.parameters
    }
}

/// A list of parameters in the making, shared by the architectures.
pub(super) struct Stack {
    pub(super) parameters: Vec<Parameter>,
    std: f64,
    residual_std: f64,
}

impl Stack {
    /// `layers` sets how much smaller the weights start that write into the residual stream:
    /// each layer writes twice, so the stream's variance stays that of one write (GPT-2's rule).
    pub(super) fn new(layers: usize, std: f64) -> Self {
        let residual_std = std / (2.0 * layers.max(1) as f64).sqrt();
        Self {
            parameters: Vec::new(),
            std,
            residual_std,
        }
    }

    fn push(&mut self, name: String, shape: Vec<usize>, init: Init) {
        self.parameters.push(Parameter { name, shape, init });
    }

    pub(super) fn norm(&mut self, name: &str, size: usize) {
        self.push(format!("{name}.weight"), vec![size], Init::Ones);
    }

    pub(super) fn matrix(&mut self, name: &str, out: usize, inner: usize) {
        let init = Init::Normal { std: self.std };
        self.push(format!("{name}.weight"), vec![out, inner], init);
    }

    pub(super) fn residual(&mut self, name: &str, out: usize, inner: usize) {
        let init = Init::Normal {
            std: self.residual_std,
        };
        self.push(format!("{name}.weight"), vec![out, inner], init);
    }

    pub(super) fn mlp(&mut self, at: &str, hidden: usize, inner: usize) {
        self.matrix(&format!("{at}.gate_proj"), inner, hidden);
        self.matrix(&format!("{at}.up_proj"), inner, hidden);
        self.residual(&format!("{at}.down_proj"), hidden, inner);
    }

    pub(super) fn embedding(&mut self, vocab: usize, hidden: usize) {
        self.matrix("model.embed_tokens", vocab, hidden);
    }

    pub(super) fn top(&mut self, head: Head, tied: bool, vocab: usize, hidden: usize) {
        self.norm("model.norm", hidden);
        match head {
            Head::LanguageModel if tied => {}
            Head::LanguageModel => self.matrix("lm_head", vocab, hidden),
            Head::Scalar => self.matrix("score", 1, hidden),
        }
    }
}
