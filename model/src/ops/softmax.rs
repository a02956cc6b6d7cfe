//! Softmax over the last dimension, for router scores.

use super::{simd, slices};
use candle_core::{CpuStorage, CustomOp1, D, Layout, Result, Shape, Tensor};
use pulp::{Arch, Simd};

/// `x` (…, n) to probabilities of the same shape.
pub fn softmax(x: &Tensor) -> Result<Tensor> {
    if slices::fused(x) {
        x.contiguous()?.apply_op1(Softmax)
    } else {
        softmax_composed(x)
    }
}

/// The same from candle's operations.
pub fn softmax_composed(x: &Tensor) -> Result<Tensor> {
    // A constant may be subtracted without changing anything, its gradient included.
    let exp = x
        .broadcast_sub(&x.detach().max_keepdim(D::Minus1)?)?
        .exp()?;
    exp.broadcast_div(&exp.sum_keepdim(D::Minus1)?)
}

struct Softmax;

impl CustomOp1 for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mut y = slices::of(storage, layout)?.to_vec();
        let width = layout.dims().last().copied().unwrap_or(1);
        forward(&mut y, width);
        Ok((CpuStorage::F32(y), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, y: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let width = x.dim(D::Minus1)?;
        let dx = slices::with([y, grad], |[y, grad]| {
            let mut dx = vec![0f32; y.len()];
            backward(&mut dx, y, grad, width);
            dx
        })?;
        Ok(Some(Tensor::from_vec(dx, x.shape(), x.device())?))
    }
}

#[pulp::with_simd(forward = Arch::new())]
#[inline(always)]
fn forward_loop<S: Simd>(_: S, y: &mut [f32], width: usize) {
    for row in y.chunks_exact_mut(width) {
        simd::softmax_inlined(row);
    }
}

#[pulp::with_simd(backward = Arch::new())]
#[inline(always)]
fn backward_loop<S: Simd>(_: S, dx: &mut [f32], y: &[f32], grad: &[f32], width: usize) {
    let rows = y.chunks_exact(width).zip(grad.chunks_exact(width));
    for (dx, (y, grad)) in dx.chunks_exact_mut(width).zip(rows) {
        let mean = simd::dot(y, grad);
        for ((dx, y), g) in dx.iter_mut().zip(y).zip(grad) {
            *dx = y * (g - mean);
        }
    }
}
