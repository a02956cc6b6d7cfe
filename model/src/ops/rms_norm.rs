//! Root-mean-square norm (Zhang and Sennrich 2019): `y = x / sqrt(mean(x²) + eps) · w`.

use super::{simd, slices};
use candle_core::{CpuStorage, CustomOp2, D, DType, Layout, Result, Shape, Tensor};
use pulp::{Arch, Simd};
use rayon::prelude::*;

/// Rows that one task takes; the gain's gradient is summed in pieces of this many rows.
const ROWS: usize = 64;

/// `x` (…, d) and gain (d) of one data type; the mean is taken in f32 at least.
pub fn rms_norm(x: &Tensor, gain: &Tensor, eps: f64) -> Result<Tensor> {
    if slices::fused(x) {
        return x
            .contiguous()?
            .apply_op2(&gain.contiguous()?, RmsNorm { eps: eps as f32 });
    }
    rms_norm_composed(x, gain, eps)
}

/// The same from candle's operations.
pub fn rms_norm_composed(x: &Tensor, gain: &Tensor, eps: f64) -> Result<Tensor> {
    let wide = match x.dtype() {
        DType::F16 | DType::BF16 => x.to_dtype(DType::F32)?,
        _ => x.clone(),
    };
    let mean = wide.sqr()?.mean_keepdim(D::Minus1)?;
    wide.broadcast_div(&(mean + eps)?.sqrt()?)?
        .to_dtype(x.dtype())?
        .broadcast_mul(gain)
}

struct RmsNorm {
    eps: f32,
}

impl CustomOp2 for RmsNorm {
    fn name(&self) -> &'static str {
        "rms_norm"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, gain) = (slices::of(s1, l1)?, slices::of(s2, l2)?);
        let d = gain.len();
        let mut y = vec![0f32; x.len()];
        y.par_chunks_mut(ROWS * d)
            .zip(x.par_chunks(ROWS * d))
            .for_each(|(y, x)| forward(y, x, gain, self.eps));
        Ok((CpuStorage::F32(y), l1.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        gain: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (dx, dgain) = slices::with([x, gain, grad], |[x, gain, grad]| {
            let d = gain.len();
            let mut dx = vec![0f32; x.len()];
            let pieces: Vec<Vec<f32>> = dx
                .par_chunks_mut(ROWS * d)
                .zip(x.par_chunks(ROWS * d).zip(grad.par_chunks(ROWS * d)))
                .map(|(dx, (x, grad))| {
                    let mut dgain = vec![0f32; d];
                    backward([dx, &mut dgain], [x, grad, gain], self.eps);
                    dgain
                })
                .collect();
            (dx, pieces_total(&pieces, d))
        })?;
        let dx = Tensor::from_vec(dx, x.shape(), x.device())?;
        Ok((
            Some(dx),
            Some(Tensor::from_vec(dgain, gain.shape(), x.device())?),
        ))
    }
}

#[inline(always)]
fn inverse(row: &[f32], eps: f32) -> f32 {
    1.0 / (simd::dot(row, row) / row.len() as f32 + eps).sqrt()
}

#[pulp::with_simd(forward = Arch::new())]
#[inline(always)]
fn forward_loop<S: Simd>(_: S, y: &mut [f32], x: &[f32], gain: &[f32], eps: f32) {
    let d = gain.len();
    for (y, x) in y.chunks_exact_mut(d).zip(x.chunks_exact(d)) {
        let inverse = inverse(x, eps);
        for ((y, x), g) in y.iter_mut().zip(x).zip(gain) {
            *y = x * inverse * g;
        }
    }
}

/// `dx = inv · (w·g − x̂ · mean(w·g·x̂))` of some rows, and their part of the gain's gradient added.
#[pulp::with_simd(backward = Arch::new())]
#[inline(always)]
fn backward_loop<S: Simd>(
    _: S,
    [dx, dgain]: [&mut [f32]; 2],
    [x, grad, gain]: [&[f32]; 3],
    eps: f32,
) {
    let d = gain.len();
    let rows = dx
        .chunks_exact_mut(d)
        .zip(x.chunks_exact(d))
        .zip(grad.chunks_exact(d));
    for ((dx, x), grad) in rows {
        let inverse = inverse(x, eps);
        for ((dx, grad), g) in dx.iter_mut().zip(grad).zip(gain) {
            *dx = grad * g;
        }
        let slope = simd::dot(dx, x) * inverse * inverse * inverse / d as f32;
        for (((dx, x), grad), dgain) in dx.iter_mut().zip(x).zip(grad).zip(&mut *dgain) {
            *dgain += grad * x * inverse;
            *dx = *dx * inverse - x * slope;
        }
    }
}

fn pieces_total(pieces: &[Vec<f32>], d: usize) -> Vec<f32> {
    let mut total = vec![0f32; d];
    for piece in pieces {
        simd::add_scaled(&mut total, 1.0, piece);
    }
    total
}
