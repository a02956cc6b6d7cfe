//! Causal attention that keeps nothing for its backward but its inputs: the probabilities are
//! computed again, tile by tile, so memory grows with the length and not with its square
//! (the idea of Dao et al. 2022).
//!
//! One kernel serves both architectures. A head's key is made of parts that may lie in different
//! tensors: one part for grouped-query attention; two for latent attention, where the part with
//! positions is shared by all heads. So nothing is repeated or concatenated.

mod kernel;

use super::{Precision, slices};
use candle_core::{CpuStorage, CustomOp3, D, DType, Device, Layout, Result, Shape, Tensor, bail};
use kernel::{Part, Place, Plan};
use std::sync::Arc;

/// What attention needs to know beyond its tensors.
#[derive(Clone, Debug)]
pub struct AttentionShape {
    /// What scores are multiplied by before the softmax.
    pub scale: f64,
    /// True length of each sequence of the batch; what comes after is neither read nor written.
    pub lengths: Arc<[usize]>,
    /// Of f32 on a CPU; elsewhere the tensors' own type decides.
    pub precision: Precision,
}

/// Grouped-query attention: `q` (batch, length, heads, d), `k` (batch, length, groups, d), `v`
/// (batch, length, groups, e) to (batch, length, heads, e).
pub fn attention(q: &Tensor, k: &Tensor, v: &Tensor, shape: &AttentionShape) -> Result<Tensor> {
    if !slices::fused(q) {
        return attention_composed(q, k, v, shape);
    }
    let (_, _, heads, dim) = q.dims4()?;
    let (_, _, groups, value_dim) = v.dims4()?;
    let group = heads / groups;
    let plan = Plan {
        heads,
        query_dim: dim,
        parts: vec![Part {
            place: Place {
                slot: 0,
                start: 0,
                head_stride: dim,
                row_stride: groups * dim,
                group,
            },
            dim,
        }],
        value: Place {
            slot: 1,
            start: 0,
            head_stride: value_dim,
            row_stride: groups * value_dim,
            group,
        },
        value_dim,
        scale: shape.scale as f32,
        lengths: shape.lengths.clone(),
        precision: shape.precision,
    };
    apply(q, k, v, plan)
}

/// Latent attention after its latents are unfolded: `q` (batch, length, heads, n + r), `kv`
/// (batch, length, heads, n + e) with each head's key before its value, and the key part that all
/// heads share, `k_rope` (batch, length, r), to (batch, length, heads, e).
pub fn latent_attention(
    q: &Tensor,
    kv: &Tensor,
    k_rope: &Tensor,
    shape: &AttentionShape,
) -> Result<Tensor> {
    if !slices::fused(q) {
        return latent_attention_composed(q, kv, k_rope, shape);
    }
    let (_, _, heads, query_dim) = q.dims4()?;
    let rope = k_rope.dim(D::Minus1)?;
    let (nope, wide) = (query_dim - rope, kv.dim(D::Minus1)?);
    let own = |start| Place {
        slot: 0,
        start,
        head_stride: wide,
        row_stride: heads * wide,
        group: 1,
    };
    let shared = Place {
        slot: 1,
        start: 0,
        head_stride: 0,
        row_stride: rope,
        group: 1,
    };
    let plan = Plan {
        heads,
        query_dim,
        parts: vec![
            Part {
                place: own(0),
                dim: nope,
            },
            Part {
                place: shared,
                dim: rope,
            },
        ],
        value: own(nope),
        value_dim: wide - nope,
        scale: shape.scale as f32,
        lengths: shape.lengths.clone(),
        precision: shape.precision,
    };
    apply(q, kv, k_rope, plan)
}

/// [`attention`] from candle's operations.
pub fn attention_composed(
    q: &Tensor,
    k: &Tensor,
    v: &Tensor,
    shape: &AttentionShape,
) -> Result<Tensor> {
    let (batch, length, heads, _) = q.dims4()?;
    let groups = k.dim(2)?;
    let spread = |t: &Tensor| -> Result<Tensor> {
        let dim = t.dim(D::Minus1)?;
        if groups == heads {
            return t.transpose(1, 2)?.contiguous();
        }
        t.transpose(1, 2)?
            .unsqueeze(2)?
            .broadcast_as((batch, groups, heads / groups, length, dim))?
            .contiguous()?
            .reshape((batch, heads, length, dim))
    };
    let scores = (q.transpose(1, 2)?.contiguous()?.matmul(&spread(k)?.t()?)? * shape.scale)?;
    // Half precision would round the sum of many probabilities.
    let wide = match q.dtype() {
        DType::F16 | DType::BF16 => DType::F32,
        other => other,
    };
    let mask = causal_mask(length, wide, q.device())?;
    let scores = scores.to_dtype(wide)?.broadcast_add(&mask)?;
    let probabilities = super::softmax_composed(&scores)?.to_dtype(q.dtype())?;
    let out = probabilities.matmul(&spread(v)?)?.transpose(1, 2)?;
    // A finished sequence's rows are zero, as the kernel leaves them.
    if shape.lengths.iter().all(|&n| n == length) {
        return out.contiguous();
    }
    let keep: Vec<f32> = shape
        .lengths
        .iter()
        .flat_map(|&n| (0..length).map(move |i| if i < n { 1.0 } else { 0.0 }))
        .collect();
    let keep = Tensor::from_vec(keep, (batch, length, 1, 1), q.device())?.to_dtype(q.dtype())?;
    out.contiguous()?.broadcast_mul(&keep)
}

/// [`latent_attention`] from candle's operations.
pub fn latent_attention_composed(
    q: &Tensor,
    kv: &Tensor,
    k_rope: &Tensor,
    shape: &AttentionShape,
) -> Result<Tensor> {
    let (batch, length, heads, query_dim) = q.dims4()?;
    let rope = k_rope.dim(D::Minus1)?;
    let (nope, wide) = (query_dim - rope, kv.dim(D::Minus1)?);
    let shared = k_rope
        .unsqueeze(2)?
        .broadcast_as((batch, length, heads, rope))?;
    let k = Tensor::cat(&[kv.narrow(D::Minus1, 0, nope)?, shared], D::Minus1)?;
    attention_composed(q, &k, &kv.narrow(D::Minus1, nope, wide - nope)?, shape)
}

fn causal_mask(length: usize, dtype: DType, device: &Device) -> Result<Tensor> {
    let mask: Vec<f32> = (0..length * length)
        .map(|at| {
            if at % length > at / length {
                f32::NEG_INFINITY
            } else {
                0.0
            }
        })
        .collect();
    Tensor::from_vec(mask, (length, length), device)?.to_dtype(dtype)
}

fn apply(q: &Tensor, a: &Tensor, b: &Tensor, plan: Plan) -> Result<Tensor> {
    let (batch, length, ..) = q.dims4()?;
    if plan.lengths.len() != batch || plan.lengths.iter().any(|&n| n > length) {
        bail!("a batch of {batch} x {length} needs as many lengths, none above {length}");
    }
    q.contiguous()?
        .apply_op3(&a.contiguous()?, &b.contiguous()?, Attention { plan })
}

struct Attention {
    plan: Plan,
}

impl CustomOp3 for Attention {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (batch, length, heads, _) = l1.shape().dims4()?;
        let keys_values = [slices::of(s2, l2)?, slices::of(s3, l3)?];
        let out = self.plan.forward(slices::of(s1, l1)?, keys_values, length);
        Ok((
            CpuStorage::F32(out),
            Shape::from((batch, length, heads, self.plan.value_dim)),
        ))
    }

    fn bwd(
        &self,
        q: &Tensor,
        a: &Tensor,
        b: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let length = q.dim(1)?;
        let [dq, da, db] = slices::with([q, a, b, grad], |[q, a, b, grad]| {
            self.plan.backward(q, [a, b], grad, length)
        })?;
        let of = |values, like: &Tensor| Tensor::from_vec(values, like.shape(), like.device());
        Ok((Some(of(dq, q)?), Some(of(da, a)?), Some(of(db, b)?)))
    }
}
