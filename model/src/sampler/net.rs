//! The policy's numbers in the sampler's own layout, made anew after each update.
//!
//! Matrices that read the same input are packed as one (query, key and value; gate and up), and
//! the halves of `kv_b_proj` are packed per head so that they can be absorbed into queries and
//! outputs. Everything is f32, whatever the checkpoint is stored in.

use super::{cache::Shape, panel::Packed};
use crate::{
    config::{Config, DenseConfig, Head, MoeConfig},
    error::{Error, Result},
    memory,
    weights::Weights,
};
use candle_core::DType;

/// A network ready to decode.
#[derive(Clone, Debug)]
pub(super) struct Net {
    pub(super) hidden: usize,
    pub(super) vocab: usize,
    pub(super) eps: f32,
    pub(super) positions: usize,
    pub(super) embedding: Vec<f32>,
    pub(super) layers: Vec<Layer>,
    pub(super) norm: Vec<f32>,
    pub(super) head: Packed,
    pub(super) attention: Attention,
    /// Cosines and sines, each `[positions, rotated / 2]`.
    pub(super) rope: (Vec<f32>, Vec<f32>),
    /// Of a network with experts: how it routes.
    pub(super) router: Option<MoeConfig>,
}

/// Sizes of attention.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attention {
    pub(super) cache: Shape,
    /// Query heads in all.
    pub(super) heads: usize,
    /// Numbers of each head that are rotated.
    pub(super) rotated: usize,
    pub(super) scale: f32,
}

#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) attention_norm: Vec<f32>,
    pub(super) attention: AttentionWeights,
    pub(super) output: Packed,
    pub(super) mlp_norm: Vec<f32>,
    pub(super) mlp: Mlp,
}

#[derive(Clone, Debug)]
pub(super) enum AttentionWeights {
    /// Query, key and value in one.
    Grouped(Packed),
    Latent(Box<LatentWeights>),
}

#[derive(Clone, Debug)]
pub(super) struct LatentWeights {
    /// Query (or its latent), latent of keys and values, rotated key: in one.
    pub(super) first: Packed,
    /// Norm and second matrix of a query with a latent of its own.
    pub(super) query: Option<(Vec<f32>, Packed)>,
    pub(super) latent_norm: Vec<f32>,
    /// Per head: from a query's part without positions to the latent's width.
    pub(super) absorb_key: Vec<Packed>,
    /// Per head: from the latent's width to a value.
    pub(super) absorb_value: Vec<Packed>,
    pub(super) nope: usize,
    pub(super) value: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Mlp {
    Dense(SwiGlu),
    Mixture {
        gate: Packed,
        experts: Vec<SwiGlu>,
        shared: Option<SwiGlu>,
    },
}

#[derive(Clone, Debug)]
pub(super) struct SwiGlu {
    /// Gate and up in one.
    pub(super) gate_up: Packed,
    pub(super) down: Packed,
}

impl Net {
    pub(super) fn new(config: &Config, weights: &Weights) -> Result<Self> {
        if config.head() == Head::Scalar {
            return Err(Error::Argument(
                "a reward model has no next token; sample from a language model".into(),
            ));
        }
        weights.check(config)?;
        memory::require_bytes("sampling", memory::weight_bytes(config, size_of::<f32>()))?;
        let read = Reader { weights };
        let (attention, router, eps, rope, layers) = match config {
            Config::Dense(c) => (
                dense_attention(c),
                None,
                c.rms_norm_eps,
                &c.rope,
                dense(c, &read)?,
            ),
            Config::Moe(c) => (
                latent_attention(c),
                Some(c.clone()),
                c.rms_norm_eps,
                &c.rope,
                moe(c, &read)?,
            ),
        };
        let embedding = read.numbers("model.embed_tokens.weight")?;
        let head = if config.tie_word_embeddings() {
            Packed::stack(config.hidden_size(), &[&embedding])
        } else {
            read.matrix(&["lm_head.weight"], config.hidden_size())?
        };
        Ok(Self {
            hidden: config.hidden_size(),
            vocab: config.vocab_size(),
            eps: eps as f32,
            positions: config.max_position_embeddings(),
            embedding,
            layers,
            norm: read.numbers("model.norm.weight")?,
            head,
            attention,
            rope: rope.tables(attention.rotated, config.max_position_embeddings()),
            router,
        })
    }
}

struct Reader<'a> {
    weights: &'a Weights,
}

impl Reader<'_> {
    fn numbers(&self, name: &str) -> Result<Vec<f32>> {
        let tensor = self.weights.tensor(name)?.detach();
        Ok(tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?)
    }

    fn matrix(&self, names: &[&str], inputs: usize) -> Result<Packed> {
        let parts = names
            .iter()
            .map(|n| self.numbers(n))
            .collect::<Result<Vec<_>>>()?;
        let parts: Vec<&[f32]> = parts.iter().map(Vec::as_slice).collect();
        Ok(Packed::stack(inputs, &parts))
    }

    fn swiglu(&self, at: &str, hidden: usize, width: usize) -> Result<SwiGlu> {
        let (gate, up) = (
            format!("{at}.gate_proj.weight"),
            format!("{at}.up_proj.weight"),
        );
        Ok(SwiGlu {
            gate_up: self.matrix(&[&gate, &up], hidden)?,
            down: self.matrix(&[&format!("{at}.down_proj.weight")], width)?,
        })
    }

    fn layer(
        &self,
        at: &str,
        attention: AttentionWeights,
        values: usize,
        mlp: Mlp,
    ) -> Result<Layer> {
        Ok(Layer {
            attention_norm: self.numbers(&format!("{at}.input_layernorm.weight"))?,
            attention,
            output: self.matrix(&[&format!("{at}.self_attn.o_proj.weight")], values)?,
            mlp_norm: self.numbers(&format!("{at}.post_attention_layernorm.weight"))?,
            mlp,
        })
    }
}

fn dense_attention(c: &DenseConfig) -> Attention {
    Attention {
        cache: Shape {
            layers: c.num_hidden_layers,
            heads: c.num_key_value_heads,
            key: c.head_dim,
            value: c.head_dim,
        },
        heads: c.num_attention_heads,
        rotated: c.head_dim,
        scale: (1.0 / (c.head_dim as f64).sqrt()) as f32,
    }
}

fn latent_attention(c: &MoeConfig) -> Attention {
    Attention {
        cache: Shape {
            layers: c.num_hidden_layers,
            heads: 1,
            key: c.kv_lora_rank + c.qk_rope_head_dim,
            value: c.kv_lora_rank,
        },
        heads: c.num_attention_heads,
        rotated: c.qk_rope_head_dim,
        scale: c.softmax_scale() as f32,
    }
}

fn dense(c: &DenseConfig, read: &Reader<'_>) -> Result<Vec<Layer>> {
    (0..c.num_hidden_layers)
        .map(|layer| {
            let at = format!("model.layers.{layer}");
            let names = ["q", "k", "v"].map(|x| format!("{at}.self_attn.{x}_proj.weight"));
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let attention = AttentionWeights::Grouped(read.matrix(&names, c.hidden_size)?);
            let mlp = read.swiglu(&format!("{at}.mlp"), c.hidden_size, c.intermediate_size)?;
            let values = c.num_attention_heads * c.head_dim;
            read.layer(&at, attention, values, Mlp::Dense(mlp))
        })
        .collect()
}

fn moe(c: &MoeConfig, read: &Reader<'_>) -> Result<Vec<Layer>> {
    (0..c.num_hidden_layers)
        .map(|layer| {
            let at = format!("model.layers.{layer}");
            let attention = latent(c, read, &format!("{at}.self_attn"))?;
            let attention = AttentionWeights::Latent(Box::new(attention));
            let mlp = feed_forward(c, read, &format!("{at}.mlp"), layer)?;
            read.layer(&at, attention, c.num_attention_heads * c.v_head_dim, mlp)
        })
        .collect()
}

fn latent(c: &MoeConfig, read: &Reader<'_>, at: &str) -> Result<LatentWeights> {
    let kv_a = format!("{at}.kv_a_proj_with_mqa.weight");
    let query = if let Some(rank) = c.q_lora_rank {
        let norm = read.numbers(&format!("{at}.q_a_layernorm.weight"))?;
        Some((
            norm,
            read.matrix(&[&format!("{at}.q_b_proj.weight")], rank)?,
        ))
    } else {
        None
    };
    let first = if query.is_some() {
        "q_a_proj"
    } else {
        "q_proj"
    };
    let first = read.matrix(&[&format!("{at}.{first}.weight"), &kv_a], c.hidden_size)?;
    // kv_b_proj is (heads · (nope + value), rank): per head first the key's rows, then the value's.
    let kv_b = read.numbers(&format!("{at}.kv_b_proj.weight"))?;
    let rank = c.kv_lora_rank;
    let keys = c.qk_nope_head_dim * rank;
    let heads = kv_b.chunks_exact(keys + c.v_head_dim * rank);
    let absorb_key = |head: &[f32]| Packed::transposed(c.qk_nope_head_dim, &head[..keys]);
    Ok(LatentWeights {
        first,
        query,
        latent_norm: read.numbers(&format!("{at}.kv_a_layernorm.weight"))?,
        absorb_key: heads.clone().map(absorb_key).collect(),
        absorb_value: heads
            .map(|head| Packed::stack(rank, &[&head[keys..]]))
            .collect(),
        nope: c.qk_nope_head_dim,
        value: c.v_head_dim,
    })
}

fn feed_forward(c: &MoeConfig, read: &Reader<'_>, at: &str, layer: usize) -> Result<Mlp> {
    if !c.is_mixture(layer) {
        return Ok(Mlp::Dense(read.swiglu(
            at,
            c.hidden_size,
            c.intermediate_size,
        )?));
    }
    let width = c.moe_intermediate_size;
    let experts = (0..c.n_routed_experts)
        .map(|e| read.swiglu(&format!("{at}.experts.{e}"), c.hidden_size, width))
        .collect::<Result<_>>()?;
    let shared = if c.n_shared_experts == 0 {
        None
    } else {
        let width = width * c.n_shared_experts;
        Some(read.swiglu(&format!("{at}.shared_experts"), c.hidden_size, width)?)
    };
    let gate = read.matrix(&[&format!("{at}.gate.weight")], c.hidden_size)?;
    Ok(Mlp::Mixture {
        gate,
        experts,
        shared,
    })
}
