//! Sampling with candle's tensors and a cache: for devices that the slice engine does not know, and
//! the yardstick that it is measured against.
//!
//! Prompts are padded at their left ends, so that all sequences of a batch end in the same column.
//! The prompts of a batch run once each; their cache is copied for their samples; finished
//! sequences leave the batch. The same random streams as the slice engine's, so up to rounding the
//! same samples; but here rounding depends on the batch.

use super::{
    Completion, Request, SamplingParams,
    running::{Draw, Running},
    text::TokenBytes,
};
use crate::{
    config::{Config, MoeConfig},
    error::Result,
    layers::{Mlp, Norm},
    ops::{self, Precision},
    router::choose_experts,
    weights::Weights,
};
use candle_core::{D, DType, Device, IndexOp, Tensor};

/// A policy that samples on the device of its weights.
#[derive(Clone, Debug)]
pub struct TensorSampler {
    config: Config,
    weights: Weights,
    vocabulary: TokenBytes,
}

/// What a batch has computed: per layer keys and values `[batch, heads, columns, width]`, or the
/// latents as keys alone.
struct Cache(Vec<(Tensor, Option<Tensor>)>);

impl Cache {
    fn pick(&self, rows: &Tensor) -> Result<Self> {
        let pick = |t: &Tensor| t.index_select(rows, 0);
        let layer =
            |(k, v): &(Tensor, Option<Tensor>)| Ok((pick(k)?, v.as_ref().map(pick).transpose()?));
        Ok(Self(self.0.iter().map(layer).collect::<Result<_>>()?))
    }

    /// Appends columns to a layer and returns all of them.
    fn append(
        &mut self,
        layer: usize,
        key: Tensor,
        value: Option<Tensor>,
    ) -> Result<(Tensor, Tensor)> {
        let entry = if let Some((k, v)) = self.0.get(layer) {
            let value = match (v, value) {
                (Some(old), Some(new)) => Some(Tensor::cat(&[old, &new], 2)?),
                _ => None,
            };
            (Tensor::cat(&[k, &key], 2)?, value)
        } else {
            self.0.push((key.clone(), value.clone()));
            (key, value)
        };
        self.0[layer] = entry.clone();
        let value = entry.1.unwrap_or_else(|| entry.0.clone());
        Ok((entry.0, value))
    }
}

/// The columns of a pass.
struct Columns {
    /// Ids `[batch, new]`.
    ids: Tensor,
    /// Cosines and sines `[batch, new, 1, rotated / 2]`.
    cos: Tensor,
    sin: Tensor,
    /// 0 where a new column sees a column, a large negative number where not:
    /// `[batch, 1, 1, new, all]`.
    bias: Tensor,
}

impl TensorSampler {
    /// Shares the weights' storage, so that later updates are seen.
    pub fn new(config: &Config, weights: &Weights, vocabulary: TokenBytes) -> Result<Self> {
        weights.check(config)?;
        Ok(Self {
            config: config.clone(),
            weights: weights.frozen(),
            vocabulary,
        })
    }

    /// Shares other weights of the same network from now on.
    pub fn refresh(&mut self, weights: &Weights) -> Result<()> {
        weights.check(&self.config)?;
        self.weights = weights.frozen();
        Ok(())
    }

    /// The completions of each request, in order. `threads` and `routing` have no meaning here.
    pub fn sample(
        &self,
        requests: &[Request],
        params: &SamplingParams,
    ) -> Result<Vec<Vec<Completion>>> {
        let mut all: Vec<Vec<Completion>> = requests.iter().map(|_| Vec::new()).collect();
        let samples: Vec<(usize, u64)> = requests
            .iter()
            .enumerate()
            .flat_map(|(i, r)| (0..r.samples as u64).map(move |s| (i, s)))
            .collect();
        for part in samples.chunks(params.batch.max(1)) {
            for (request, completion) in self.batch(requests, part, params)? {
                all[request].push(completion);
            }
        }
        Ok(all)
    }

    fn batch(
        &self,
        requests: &[Request],
        samples: &[(usize, u64)],
        params: &SamplingParams,
    ) -> Result<Vec<(usize, Completion)>> {
        let mut prompts: Vec<usize> = samples.iter().map(|s| s.0).collect();
        prompts.dedup();
        let width = prompts
            .iter()
            .map(|&p| requests[p].tokens.len())
            .max()
            .unwrap_or(0);
        let pads: Vec<usize> = prompts
            .iter()
            .map(|&p| width - requests[p].tokens.len())
            .collect();
        let ids = prompts.iter().zip(&pads).flat_map(|(&p, &pad)| {
            std::iter::repeat_n(0, pad).chain(requests[p].tokens.iter().copied())
        });
        let mut cache = Cache(Vec::new());
        let columns = self.columns(ids.collect(), &pads, 0)?;
        let logits = self.forward(&columns, &mut cache)?;
        // From prompts to their samples.
        let row = |request| {
            prompts
                .iter()
                .position(|p| *p == request)
                .expect("listed above")
        };
        let rows: Vec<u32> = samples.iter().map(|s| row(s.0) as u32).collect();
        let rows = Tensor::new(rows, logits.device())?;
        cache = cache.pick(&rows)?;
        let mut logits = logits.index_select(&rows, 0)?;
        let mut running: Vec<(usize, usize, Running)> = samples
            .iter()
            .enumerate()
            .map(|(place, &(request, sample))| {
                let positions = self.config.max_position_embeddings();
                let r = &requests[request];
                (
                    place,
                    width - r.tokens.len(),
                    Running::new(r, sample, positions, params),
                )
            })
            .collect();
        let draw = Draw {
            params,
            vocabulary: &self.vocabulary,
        };
        let mut done: Vec<Option<Completion>> = vec![None; samples.len()];
        let mut column = width;
        loop {
            let numbers = logits
                .to_dtype(DType::F32)?
                .to_device(&Device::Cpu)?
                .to_vec2::<f32>()?;
            let mut kept = Vec::new();
            let mut next = Vec::new();
            for (row, ((place, pad, mut sequence), mut logits)) in
                running.into_iter().zip(numbers).enumerate()
            {
                if sequence.extend(&mut logits, &draw) {
                    done[place] = Some(sequence.finish());
                } else {
                    kept.push(row as u32);
                    next.push((place, pad, sequence));
                }
            }
            if next.is_empty() {
                break;
            }
            if kept.len() < logits.dim(0)? {
                cache = cache.pick(&Tensor::new(kept, logits.device())?)?;
            }
            running = next;
            let ids = running.iter().map(|r| r.2.newest()).collect();
            let pads: Vec<usize> = running.iter().map(|r| r.1).collect();
            logits = self.forward(&self.columns(ids, &pads, column)?, &mut cache)?;
            column += 1;
        }
        let completions = done
            .into_iter()
            .map(|c| c.expect("the loop ends when all have"));
        Ok(samples.iter().map(|s| s.0).zip(completions).collect())
    }

    /// `ids` are `[pads.len(), new]`, behind `before` columns.
    fn columns(&self, ids: Vec<u32>, pads: &[usize], before: usize) -> Result<Columns> {
        let embedding = self.weights.tensor("model.embed_tokens.weight")?;
        let (device, dtype) = (embedding.device(), embedding.dtype());
        let (batch, new) = (pads.len(), ids.len() / pads.len());
        let (rope, rotated) = match &self.config {
            Config::Dense(c) => (&c.rope, c.head_dim),
            Config::Moe(c) => (&c.rope, c.qk_rope_head_dim),
        };
        let (frequencies, amplitude) = (rope.frequencies(rotated), rope.amplitude());
        let (mut cos, mut sin, mut bias) = (Vec::new(), Vec::new(), Vec::new());
        for &pad in pads {
            for column in before..before + new {
                for frequency in &frequencies {
                    let angle = column.saturating_sub(pad) as f64 * frequency;
                    cos.push((angle.cos() * amplitude) as f32);
                    sin.push((angle.sin() * amplitude) as f32);
                }
                // Finite, so that padding, which sees nothing, stays a number.
                let seen = |other| other >= pad && other <= column;
                bias.extend((0..before + new).map(|c| if seen(c) { 0.0 } else { -1e9_f32 }));
            }
        }
        let angles = (batch, new, 1, rotated / 2);
        let on = |values, shape: &[usize]| Tensor::from_vec(values, shape, device);
        let angles: [usize; 4] = angles.into();
        Ok(Columns {
            ids: Tensor::from_vec(ids, (batch, new), device)?,
            cos: on(cos, &angles)?.to_dtype(dtype)?,
            sin: on(sin, &angles)?.to_dtype(dtype)?,
            bias: on(bias, &[batch, 1, 1, new, before + new])?,
        })
    }

    /// Logits `[batch, vocab]` of the last column.
    fn forward(&self, columns: &Columns, cache: &mut Cache) -> Result<Tensor> {
        let (batch, new) = columns.ids.dims2()?;
        let embedding = self.weights.tensor("model.embed_tokens.weight")?;
        let x = embedding.index_select(&columns.ids.flatten_all()?, 0)?;
        let mut x = x.reshape((batch, new, ()))?;
        let eps = match &self.config {
            Config::Dense(c) => c.rms_norm_eps,
            Config::Moe(c) => c.rms_norm_eps,
        };
        let norm = |x: &Tensor, at: &str| Norm::new(&self.weights, at, eps)?.forward(x);
        for layer in 0..self.config.num_hidden_layers() {
            let at = format!("model.layers.{layer}");
            let normed = norm(&x, &format!("{at}.input_layernorm"))?;
            let attended = self.attention(&normed, layer, columns, cache)?;
            x = (x + attended)?;
            let normed = norm(&x, &format!("{at}.post_attention_layernorm"))?;
            x = (x + self.feed_forward(&normed, layer)?)?;
        }
        let last = norm(&x.i((.., new - 1..))?.contiguous()?, "model.norm")?.squeeze(1)?;
        let head = if self.config.tie_word_embeddings() {
            embedding
        } else {
            self.weights.tensor("lm_head.weight")?
        };
        Ok(ops::linear(&last, head, Precision::F32)?)
    }

    fn linear(&self, x: &Tensor, at: &str) -> Result<Tensor> {
        Ok(ops::linear(
            x,
            self.weights.tensor(&format!("{at}.weight"))?,
            Precision::F32,
        )?)
    }

    fn attention(
        &self,
        x: &Tensor,
        layer: usize,
        columns: &Columns,
        cache: &mut Cache,
    ) -> Result<Tensor> {
        let at = format!("model.layers.{layer}.self_attn");
        let y = match &self.config {
            Config::Dense(config) => {
                let heads = |name: &str| -> Result<Tensor> {
                    let y = self.linear(x, &format!("{at}.{name}"))?;
                    let (batch, new, _) = y.dims3()?;
                    Ok(y.reshape((batch, new, (), config.head_dim))?)
                };
                let q = columns.halves(&heads("q_proj")?)?;
                let k = columns
                    .halves(&heads("k_proj")?)?
                    .transpose(1, 2)?
                    .contiguous()?;
                let v = heads("v_proj")?.transpose(1, 2)?.contiguous()?;
                let (k, v) = cache.append(layer, k, Some(v))?;
                columns.attend(&q, &k, &v, 1.0 / (config.head_dim as f64).sqrt())?
            }
            Config::Moe(config) => self.latent(config, x, &at, columns, (layer, cache))?,
        };
        self.linear(&y, &format!("{at}.o_proj"))
    }

    /// Latent attention in its absorbed form: see the slice engine.
    fn latent(
        &self,
        config: &MoeConfig,
        x: &Tensor,
        at: &str,
        columns: &Columns,
        (layer, cache): (usize, &mut Cache),
    ) -> Result<Tensor> {
        let (batch, new, _) = x.dims3()?;
        let (heads, nope, rank) = (
            config.num_attention_heads,
            config.qk_nope_head_dim,
            config.kv_lora_rank,
        );
        let norm = |x: &Tensor, name: &str| {
            Norm::new(&self.weights, &format!("{at}.{name}"), 1e-6)?.forward(x)
        };
        let q = if config.q_lora_rank.is_some() {
            let inner = self.linear(x, &format!("{at}.q_a_proj"))?;
            self.linear(&norm(&inner, "q_a_layernorm")?, &format!("{at}.q_b_proj"))?
        } else {
            self.linear(x, &format!("{at}.q_proj"))?
        };
        let q = q.reshape((batch, new, heads, ()))?;
        let both = self.linear(x, &format!("{at}.kv_a_proj_with_mqa"))?;
        let latent = norm(&both.narrow(2, 0, rank)?.contiguous()?, "kv_a_layernorm")?;
        let turned = both
            .narrow(2, rank, config.qk_rope_head_dim)?
            .unsqueeze(2)?;
        let turned = columns.pairs(&turned)?.squeeze(2)?;
        let key = Tensor::cat(&[&latent, &turned], 2)?.unsqueeze(1)?;
        let (key, _) = cache.append(layer, key, None)?;
        let kv_b = self.weights.tensor(&format!("{at}.kv_b_proj.weight"))?;
        let kv_b = kv_b.reshape((heads, nope + config.v_head_dim, rank))?;
        // (heads, batch · new, width) times each head's own matrix.
        let per_head = |t: &Tensor, matrix: &Tensor| -> Result<Tensor> {
            let t = t
                .permute((2, 0, 1, 3))?
                .contiguous()?
                .reshape((heads, batch * new, ()))?;
            let t = t
                .matmul(&matrix.contiguous()?)?
                .reshape((heads, batch, new, ()))?;
            Ok(t.permute((1, 2, 0, 3))?.contiguous()?)
        };
        let absorbed = per_head(&q.narrow(3, 0, nope)?, &kv_b.narrow(1, 0, nope)?)?;
        let turned = columns.pairs(&q.narrow(3, nope, config.qk_rope_head_dim)?)?;
        let q = Tensor::cat(&[&absorbed, &turned], 3)?;
        let value = key.narrow(3, 0, rank)?.contiguous()?;
        let y = columns.attend(&q, &key, &value, config.softmax_scale())?;
        let y = y.reshape((batch, new, heads, rank))?;
        let values = kv_b.narrow(1, nope, config.v_head_dim)?.transpose(1, 2)?;
        Ok(per_head(&y, &values)?.flatten_from(2)?)
    }

    fn feed_forward(&self, x: &Tensor, layer: usize) -> Result<Tensor> {
        let at = format!("model.layers.{layer}.mlp");
        match &self.config {
            Config::Moe(c) if c.is_mixture(layer) => self.mixture(c, x, &at),
            _ => self.mlp(&at)?.forward(x),
        }
    }

    fn mlp(&self, at: &str) -> Result<Mlp> {
        Mlp::new(&self.weights, at, Precision::F32)
    }

    fn mixture(&self, c: &MoeConfig, x: &Tensor, at: &str) -> Result<Tensor> {
        let flat = x.reshape(((), c.hidden_size))?;
        let gate = self
            .weights
            .tensor(&format!("{at}.gate.weight"))?
            .to_dtype(DType::F32)?;
        let scores = ops::softmax(&ops::linear(
            &flat.to_dtype(DType::F32)?,
            &gate,
            Precision::F32,
        )?)?;
        let mut chosen = vec![0; c.num_experts_per_tok];
        let mut rows: Vec<(Vec<u32>, Vec<f32>)> = vec![Default::default(); c.n_routed_experts];
        for (row, scores) in scores.to_vec2::<f32>()?.iter().enumerate() {
            choose_experts(c, scores, &mut chosen);
            let sum: f32 = chosen.iter().map(|&e| scores[e as usize]).sum();
            let factor = if c.norm_topk_prob && chosen.len() > 1 {
                1.0 / (sum + 1e-20)
            } else {
                c.routed_scaling_factor as f32
            };
            for &expert in &chosen {
                rows[expert as usize].0.push(row as u32);
                rows[expert as usize]
                    .1
                    .push(scores[expert as usize] * factor);
            }
        }
        let mut sum = if c.n_shared_experts > 0 {
            self.mlp(&format!("{at}.shared_experts"))?.forward(&flat)?
        } else {
            flat.zeros_like()?
        };
        for (expert, (rows, factors)) in rows.into_iter().enumerate() {
            if rows.is_empty() {
                continue;
            }
            let rows = Tensor::new(rows, x.device())?;
            let factors = Tensor::new(factors, x.device())?
                .unsqueeze(1)?
                .to_dtype(x.dtype())?;
            let mlp = self.mlp(&format!("{at}.experts.{expert}"))?;
            let y = mlp
                .forward(&flat.index_select(&rows, 0)?)?
                .broadcast_mul(&factors)?;
            sum = sum.index_add(&rows, &y, 0)?;
        }
        Ok(sum.reshape(x.shape())?)
    }
}

impl Columns {
    fn halves(&self, x: &Tensor) -> Result<Tensor> {
        let half = x.dim(D::Minus1)? / 2;
        let (a, b) = (x.narrow(3, 0, half)?, x.narrow(3, half, half)?);
        let (a, b) = self.turn(&a, &b)?;
        Ok(Tensor::cat(&[a, b], 3)?)
    }

    fn pairs(&self, x: &Tensor) -> Result<Tensor> {
        let (batch, new, heads, width) = x.dims4()?;
        let x = x.contiguous()?.reshape((batch, new, heads, width / 2, 2))?;
        let side = |i| x.narrow(4, i, 1)?.squeeze(4);
        let (a, b) = self.turn(&side(0)?, &side(1)?)?;
        Ok(Tensor::stack(&[a, b], 4)?.reshape((batch, new, heads, width))?)
    }

    fn turn(&self, a: &Tensor, b: &Tensor) -> Result<(Tensor, Tensor)> {
        let by = |x: &Tensor, y: &Tensor| x.broadcast_mul(y);
        Ok((
            (by(a, &self.cos)? - by(b, &self.sin)?)?,
            (by(b, &self.cos)? + by(a, &self.sin)?)?,
        ))
    }

    /// Queries `[batch, new, heads, key]`, keys and values `[batch, kv heads, all, width]` to
    /// `[batch, new, heads · value]`.
    fn attend(&self, q: &Tensor, k: &Tensor, v: &Tensor, scale: f64) -> Result<Tensor> {
        let (batch, new, heads, width) = q.dims4()?;
        let (_, groups, all, _) = k.dims4()?;
        let each = heads / groups;
        let q = (q * scale)?.transpose(1, 2)?.contiguous()?;
        let q = q.reshape((batch, groups, each * new, width))?;
        let scores = q
            .matmul(&k.t()?)?
            .reshape((batch, groups, each, new, all))?;
        let scores = scores.to_dtype(DType::F32)?.broadcast_add(&self.bias)?;
        let weights = ops::softmax(&scores)?.to_dtype(q.dtype())?;
        let y = weights
            .reshape((batch, groups, each * new, all))?
            .matmul(v)?;
        let y = y
            .reshape((batch, heads, new, ()))?
            .transpose(1, 2)?
            .contiguous()?;
        Ok(y.flatten_from(2)?)
    }
}
