//! DeepSeek-V2's network: multi-head latent attention and a mixture of experts
//! (arXiv 2405.04434; layer names as in `DeepseekV2ForCausalLM`).
//!
//! Training unfolds the latents into keys and values, which is the cheaper order for whole
//! sequences; the cache that holds latents alone belongs to the sampler. The head is `network`'s.

use crate::{
    batch::Batch,
    config::MoeConfig,
    error::Result,
    layers::{Linear, Mlp, Norm},
    ops::{self, AttentionShape, Dispatch, Precision, RotaryTables, Rotation},
    router::{NO_EXPERT, Routing, choose_experts},
    weights::Weights,
};
use candle_core::{D, DType, Device, Tensor};

/// The latents' norms have this eps whatever `rms_norm_eps` says: the published code and
/// transformers build them without passing it on.
const LATENT_EPS: f64 = 1e-6;

/// Added to the sum that chosen scores are divided by, as the published code does.
const SUM_EPS: f64 = 1e-20;

#[derive(Clone, Debug)]
enum Query {
    Direct {
        q_proj: Linear,
    },
    Latent {
        q_a_proj: Linear,
        q_a_layernorm: Norm,
        q_b_proj: Linear,
    },
}

impl Query {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Direct { q_proj } => q_proj.forward(x),
            Self::Latent {
                q_a_proj,
                q_a_layernorm,
                q_b_proj,
            } => q_b_proj.forward(&q_a_layernorm.forward(&q_a_proj.forward(x)?)?),
        }
    }
}

#[derive(Clone, Debug)]
struct Attention {
    query: Query,
    kv_a_proj_with_mqa: Linear,
    kv_a_layernorm: Norm,
    kv_b_proj: Linear,
    o_proj: Linear,
    heads: usize,
    rank: usize,
    rope: usize,
}

impl Attention {
    fn new(config: &MoeConfig, weights: &Weights, at: &str, precision: Precision) -> Result<Self> {
        let load = |name| Linear::new(weights, &format!("{at}.{name}"), precision);
        let norm = |name| Norm::new(weights, &format!("{at}.{name}"), LATENT_EPS);
        let query = match config.q_lora_rank {
            None => Query::Direct {
                q_proj: load("q_proj")?,
            },
            Some(_) => Query::Latent {
                q_a_proj: load("q_a_proj")?,
                q_a_layernorm: norm("q_a_layernorm")?,
                q_b_proj: load("q_b_proj")?,
            },
        };
        Ok(Self {
            query,
            kv_a_proj_with_mqa: load("kv_a_proj_with_mqa")?,
            kv_a_layernorm: norm("kv_a_layernorm")?,
            kv_b_proj: load("kv_b_proj")?,
            o_proj: load("o_proj")?,
            heads: config.num_attention_heads,
            rank: config.kv_lora_rank,
            rope: config.qk_rope_head_dim,
        })
    }

    fn forward(&self, x: &Tensor, tables: &RotaryTables, shape: &AttentionShape) -> Result<Tensor> {
        let (batch, seq, _) = x.dims3()?;
        let q = self
            .query
            .forward(x)?
            .reshape((batch, seq, self.heads, ()))?;
        let q = ops::rotate(&q, tables, Rotation::Pairs)?;
        let latent = self.kv_a_proj_with_mqa.forward(x)?;
        let k_rope = latent
            .narrow(D::Minus1, self.rank, self.rope)?
            .contiguous()?;
        let k_rope = k_rope.reshape((batch, seq, 1, self.rope))?;
        let k_rope = ops::rotate(&k_rope, tables, Rotation::Pairs)?;
        let latent = latent.narrow(D::Minus1, 0, self.rank)?;
        let kv = self
            .kv_b_proj
            .forward(&self.kv_a_layernorm.forward(&latent)?)?;
        let kv = kv.reshape((batch, seq, self.heads, ()))?;
        let k_rope = k_rope.reshape((batch, seq, self.rope))?;
        let y = ops::latent_attention(&q, &kv, &k_rope, shape)?;
        self.o_proj.forward(&y.reshape((batch, seq, ()))?)
    }
}

#[derive(Clone, Debug)]
struct Mixture {
    config: MoeConfig,
    layer: usize,
    gate: Tensor,
    experts: Vec<Mlp>,
    shared_experts: Option<Mlp>,
    precision: Precision,
}

/// A mixture's answer: the new hidden states, its part of the balance loss, and what it chose.
struct Mixed {
    hidden: Tensor,
    balance_loss: Option<Tensor>,
    routing: Routing,
}

impl Mixture {
    fn new(
        config: &MoeConfig,
        weights: &Weights,
        at: &str,
        layer: usize,
        precision: Precision,
    ) -> Result<Self> {
        let experts = (0..config.n_routed_experts)
            .map(|e| Mlp::new(weights, &format!("{at}.experts.{e}"), precision))
            .collect::<Result<_>>()?;
        let shared_experts = match config.n_shared_experts {
            0 => None,
            _ => Some(Mlp::new(
                weights,
                &format!("{at}.shared_experts"),
                precision,
            )?),
        };
        Ok(Self {
            config: config.clone(),
            layer,
            gate: weights.tensor(&format!("{at}.gate.weight"))?.clone(),
            experts,
            shared_experts,
            precision,
        })
    }

    fn forward(&self, x: &Tensor, batch: &Batch) -> Result<Mixed> {
        let flat = x.reshape((batch.len() * batch.seq(), ()))?;
        // Scores are taken in f32 at least, since close scores decide between experts; a sampler
        // that does not round chooses the same ones for the same hidden states.
        let wide = if flat.dtype() == DType::F64 {
            DType::F64
        } else {
            DType::F32
        };
        let scores = ops::softmax(&ops::linear(
            &flat.to_dtype(wide)?,
            &self.gate.to_dtype(wide)?,
            Precision::F32,
        )?)?;
        let routing = self.route(&scores, batch)?;
        let gates = self.gates(&scores, &routing)?.to_dtype(flat.dtype())?;
        let mut hidden = self.routed(&flat, &gates, &routing)?.reshape(x.shape())?;
        if let Some(shared) = &self.shared_experts {
            hidden = (hidden + shared.forward(x)?)?;
        }
        let balance_loss = self.balance_loss(&scores, &routing, batch)?;
        Ok(Mixed {
            hidden,
            balance_loss,
            routing,
        })
    }

    fn route(&self, scores: &Tensor, batch: &Batch) -> Result<Routing> {
        let (experts, k) = (self.experts.len(), self.config.num_experts_per_tok);
        let scores = scores
            .detach()
            .to_device(&Device::Cpu)?
            .to_dtype(DType::F32)?;
        let scores = scores.flatten_all()?.to_vec1::<f32>()?;
        let mut choices = vec![NO_EXPERT; batch.ids().len() * k];
        let mut counts = vec![0u32; experts];
        let mut entropy = 0f64;
        let rows = scores
            .chunks_exact(experts)
            .zip(choices.chunks_exact_mut(k));
        for ((scores, chosen), _) in rows.zip(batch.is_token()).filter(|(_, token)| *token) {
            choose_experts(&self.config, scores, chosen);
            for &mut expert in chosen {
                counts[expert as usize] += 1;
            }
            let terms = scores.iter().filter(|s| **s > 0.0).map(|s| -s * s.ln());
            entropy += f64::from(terms.sum::<f32>());
        }
        entropy /= batch.token_count() as f64;
        Ok(Routing {
            layer: self.layer,
            choices,
            counts,
            entropy,
        })
    }

    /// Weights of the chosen experts (positions, choices): divided by their sum, or multiplied by
    /// the scaling factor, never both.
    fn gates(&self, scores: &Tensor, routing: &Routing) -> Result<Tensor> {
        let k = self.config.num_experts_per_tok;
        // Padding may name any expert: its gate reaches nothing.
        let ids: Vec<u32> = routing
            .choices
            .iter()
            .map(|&e| if e == NO_EXPERT { 0 } else { e })
            .collect();
        let ids = Tensor::from_vec(ids, (scores.dim(0)?, k), scores.device())?;
        let gates = scores.gather(&ids, 1)?;
        if k > 1 && self.config.norm_topk_prob {
            return Ok(gates.broadcast_div(&(gates.sum_keepdim(1)? + SUM_EPS)?)?);
        }
        Ok((gates * self.config.routed_scaling_factor)?)
    }

    /// The routed experts' answer (positions, hidden). Experts without a token take no part, so
    /// their weights get no gradient.
    fn routed(&self, x: &Tensor, gates: &Tensor, routing: &Routing) -> Result<Tensor> {
        let k = self.config.num_experts_per_tok;
        let plan = Dispatch::new(&routing.choices, k, self.experts.len());
        let active = || plan.active.iter().map(|&e| &self.experts[e]);
        let inner: Vec<&Tensor> = active().flat_map(|e| [&e.gate_proj, &e.up_proj]).collect();
        let outer: Vec<&Tensor> = active().map(|e| &e.down_proj).collect();
        let y = ops::dispatch(x, &plan)?;
        let product = |x: &Tensor, weights: &[&Tensor]| {
            ops::grouped_linear(x, &Tensor::cat(weights, 0)?, &plan, self.precision)
        };
        let y = product(&ops::swiglu(&product(&y, &inner)?)?, &outer)?;
        Ok(ops::combine(&y, gates, &plan)?)
    }

    /// `α · mean over sequences of Σ_e (count_e · E / (S · K)) · mean_s(score_e)`.
    fn balance_loss(
        &self,
        scores: &Tensor,
        routing: &Routing,
        batch: &Batch,
    ) -> Result<Option<Tensor>> {
        if self.config.aux_loss_alpha == 0.0 {
            return Ok(None);
        }
        let (experts, k) = (self.experts.len(), self.config.num_experts_per_tok);
        let mut factors = vec![0f32; routing.choices.len() / k * experts];
        for (item, &length) in batch.lengths().iter().enumerate() {
            let from = item * batch.seq();
            let mut counts = vec![0f64; experts];
            for &expert in &routing.choices[from * k..(from + length) * k] {
                counts[expert as usize] += 1.0;
            }
            let tokens = length as f64;
            let scale = self.config.aux_loss_alpha / batch.len() as f64 / tokens;
            for row in factors[from * experts..(from + length) * experts].chunks_exact_mut(experts)
            {
                for (factor, count) in row.iter_mut().zip(&counts) {
                    *factor = (scale * count * experts as f64 / (tokens * k as f64)) as f32;
                }
            }
        }
        let factors = Tensor::from_vec(factors, scores.shape(), scores.device())?;
        Ok(Some(
            (scores * factors.to_dtype(scores.dtype())?)?.sum_all()?,
        ))
    }
}

#[derive(Clone, Debug)]
enum FeedForward {
    Dense(Mlp),
    Mixture(Box<Mixture>),
}

#[derive(Clone, Debug)]
struct Layer {
    input_layernorm: Norm,
    self_attn: Attention,
    post_attention_layernorm: Norm,
    mlp: FeedForward,
}

impl Layer {
    fn new(
        config: &MoeConfig,
        weights: &Weights,
        index: usize,
        precision: Precision,
    ) -> Result<Self> {
        let at = format!("model.layers.{index}");
        let norm = |name| Norm::new(weights, &format!("{at}.{name}"), config.rms_norm_eps);
        let mlp = format!("{at}.mlp");
        Ok(Self {
            input_layernorm: norm("input_layernorm")?,
            self_attn: Attention::new(config, weights, &format!("{at}.self_attn"), precision)?,
            post_attention_layernorm: norm("post_attention_layernorm")?,
            mlp: if config.is_mixture(index) {
                let mixture = Mixture::new(config, weights, &mlp, index, precision)?;
                FeedForward::Mixture(Box::new(mixture))
            } else {
                FeedForward::Dense(Mlp::new(weights, &mlp, precision)?)
            },
        })
    }
}

/// The network below its head.
#[derive(Clone, Debug)]
pub(crate) struct Moe {
    config: MoeConfig,
    embed_tokens: Tensor,
    layers: Vec<Layer>,
    norm: Norm,
    precision: Precision,
}

impl Moe {
    pub(crate) fn new(config: &MoeConfig, weights: &Weights, precision: Precision) -> Result<Self> {
        let layers = (0..config.num_hidden_layers)
            .map(|i| Layer::new(config, weights, i, precision))
            .collect::<Result<_>>()?;
        Ok(Self {
            config: config.clone(),
            embed_tokens: weights.tensor("model.embed_tokens.weight")?.clone(),
            layers,
            norm: Norm::new(weights, "model.norm", config.rms_norm_eps)?,
            precision,
        })
    }

    /// Hidden states (batch, seq, hidden), the balance loss of all layers, and their routings.
    pub(crate) fn forward(&self, batch: &Batch) -> Result<(Tensor, Option<Tensor>, Vec<Routing>)> {
        let ids = batch.tensor(self.embed_tokens.device())?;
        let mut x = ops::embedding(&self.embed_tokens, &ids)?;
        x = x.reshape((batch.len(), batch.seq(), ()))?;
        let rope = &self.config.rope;
        let tables = RotaryTables::new(rope, self.config.qk_rope_head_dim, batch.seq());
        let shape = AttentionShape {
            scale: self.config.softmax_scale(),
            lengths: batch.lengths().clone(),
            precision: self.precision,
        };
        let mut balance_loss: Option<Tensor> = None;
        let mut routings = Vec::new();
        for layer in &self.layers {
            let normed = layer.input_layernorm.forward(&x)?;
            x = (x + layer.self_attn.forward(&normed, &tables, &shape)?)?;
            let normed = layer.post_attention_layernorm.forward(&x)?;
            let added = match &layer.mlp {
                FeedForward::Dense(mlp) => mlp.forward(&normed)?,
                FeedForward::Mixture(mixture) => {
                    let mixed = mixture.forward(&normed, batch)?;
                    routings.push(mixed.routing);
                    balance_loss = match (balance_loss, mixed.balance_loss) {
                        (Some(a), Some(b)) => Some((a + b)?),
                        (a, b) => a.or(b),
                    };
                    mixed.hidden
                }
            };
            x = (x + added)?;
        }
        Ok((self.norm.forward(&x)?, balance_loss, routings))
    }
}
