//! Softmax over the last dimension, for router scores.

use super::{simd, slices};
use candle_core::{CpuStorage, CustomOp1, D, Layout, Result, Shape, Tensor};

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
        for row in y.chunks_exact_mut(width) {
            simd::softmax(row);
        }
        Ok((CpuStorage::F32(y), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, y: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let width = x.dim(D::Minus1)?;
        let dx = slices::with([y, grad], |[y, grad]| {
            let mut dx = grad.to_vec();
            simd::softmax_backward(y, &mut dx, width);
            dx
        })?;
        Ok(Some(Tensor::from_vec(dx, x.shape(), x.device())?))
    }
}
