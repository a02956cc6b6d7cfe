//! DeepSeek-Coder's dense network: Llama with linear rope scaling and grouped-query attention
//! (arXiv 2401.14196; layer names as in `LlamaForCausalLM`).
//!
//! Without its head, which `network` adds. No cache here: see the sampler.

use crate::{
    batch::Batch,
    config::DenseConfig,
    error::Result,
    layers::{Linear, Mlp, Norm},
    ops::{self, AttentionShape, Precision, RotaryTables, Rotation},
    weights::Weights,
};
use candle_core::Tensor;

#[derive(Clone, Debug)]
struct Attention {
    q_proj: Linear,
    k_proj: Linear,
    v_proj: Linear,
    o_proj: Linear,
    head_dim: usize,
}

impl Attention {
    fn new(
        config: &DenseConfig,
        weights: &Weights,
        at: &str,
        precision: Precision,
    ) -> Result<Self> {
        let load = |name| Linear::new(weights, &format!("{at}.{name}"), precision);
        Ok(Self {
            q_proj: load("q_proj")?,
            k_proj: load("k_proj")?,
            v_proj: load("v_proj")?,
            o_proj: load("o_proj")?,
            head_dim: config.head_dim,
        })
    }

    fn forward(&self, x: &Tensor, tables: &RotaryTables, shape: &AttentionShape) -> Result<Tensor> {
        let (batch, seq, _) = x.dims3()?;
        let heads = |projection: &Linear| -> Result<Tensor> {
            Ok(projection
                .forward(x)?
                .reshape((batch, seq, (), self.head_dim))?)
        };
        let q = ops::rotate(&heads(&self.q_proj)?, tables, Rotation::Halves)?;
        let k = ops::rotate(&heads(&self.k_proj)?, tables, Rotation::Halves)?;
        let y = ops::attention(&q, &k, &heads(&self.v_proj)?, shape)?;
        self.o_proj.forward(&y.reshape((batch, seq, ()))?)
    }
}

#[derive(Clone, Debug)]
struct Layer {
    input_layernorm: Norm,
    self_attn: Attention,
    post_attention_layernorm: Norm,
    mlp: Mlp,
}

impl Layer {
    fn new(
        config: &DenseConfig,
        weights: &Weights,
        at: &str,
        precision: Precision,
    ) -> Result<Self> {
        let norm = |name| Norm::new(weights, &format!("{at}.{name}"), config.rms_norm_eps);
        Ok(Self {
            input_layernorm: norm("input_layernorm")?,
            self_attn: Attention::new(config, weights, &format!("{at}.self_attn"), precision)?,
            post_attention_layernorm: norm("post_attention_layernorm")?,
            mlp: Mlp::new(weights, &format!("{at}.mlp"), precision)?,
        })
    }

    fn forward(&self, x: &Tensor, tables: &RotaryTables, shape: &AttentionShape) -> Result<Tensor> {
        let x = (x + self
            .self_attn
            .forward(&self.input_layernorm.forward(x)?, tables, shape)?)?;
        Ok((&x
            + self
                .mlp
                .forward(&self.post_attention_layernorm.forward(&x)?)?)?)
    }
}

/// The network below its head.
#[derive(Clone, Debug)]
pub(crate) struct Dense {
    config: DenseConfig,
    embed_tokens: Tensor,
    layers: Vec<Layer>,
    norm: Norm,
    precision: Precision,
}

impl Dense {
    pub(crate) fn new(
        config: &DenseConfig,
        weights: &Weights,
        precision: Precision,
    ) -> Result<Self> {
        let layers = (0..config.num_hidden_layers)
            .map(|i| Layer::new(config, weights, &format!("model.layers.{i}"), precision))
            .collect::<Result<_>>()?;
        Ok(Self {
            config: config.clone(),
            embed_tokens: weights.tensor("model.embed_tokens.weight")?.clone(),
            layers,
            norm: Norm::new(weights, "model.norm", config.rms_norm_eps)?,
            precision,
        })
    }

    /// Hidden states (batch, seq, hidden).
    pub(crate) fn forward(&self, batch: &Batch) -> Result<Tensor> {
        let ids = batch.tensor(self.embed_tokens.device())?;
        let mut x = ops::embedding(&self.embed_tokens, &ids)?;
        x = x.reshape((batch.len(), batch.seq(), ()))?;
        let tables = RotaryTables::new(&self.config.rope, self.config.head_dim, batch.seq());
        let shape = AttentionShape {
            scale: 1.0 / (self.config.head_dim as f64).sqrt(),
            lengths: batch.lengths().clone(),
            precision: self.precision,
        };
        for layer in &self.layers {
            x = layer.forward(&x, &tables, &shape)?;
        }
        self.norm.forward(&x)
    }
}
