//! The gated unit of the feed-forward (Shazeer 2020): `silu(gate) · up`.

use super::{simd, slices};
use candle_core::{CpuStorage, CustomOp1, D, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

/// Rows that one task takes.
const ROWS: usize = 32;

/// `x` (…, 2n), the gate before the up half, to (…, n).
pub fn swiglu(x: &Tensor) -> Result<Tensor> {
    if slices::fused(x) {
        x.contiguous()?.apply_op1(SwiGlu)
    } else {
        swiglu_composed(x)
    }
}

/// The same from candle's operations.
pub fn swiglu_composed(x: &Tensor) -> Result<Tensor> {
    let n = x.dim(D::Minus1)? / 2;
    let gate = x.narrow(D::Minus1, 0, n)?;
    gate.silu()? * x.narrow(D::Minus1, n, n)?
}

struct SwiGlu;

impl CustomOp1 for SwiGlu {
    fn name(&self) -> &'static str {
        "swiglu"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = slices::of(storage, layout)?;
        let mut dims = layout.dims().to_vec();
        let n = dims.last().copied().unwrap_or(0) / 2;
        if let Some(last) = dims.last_mut() {
            *last = n;
        }
        let mut y = vec![0f32; x.len() / 2];
        y.par_chunks_mut(ROWS * n)
            .zip(x.par_chunks(ROWS * 2 * n))
            .for_each(|(y, x)| {
                simd::vectorised(|| {
                    for (y, x) in y.chunks_exact_mut(n).zip(x.chunks_exact(2 * n)) {
                        let (gate, up) = x.split_at(n);
                        for ((y, g), u) in y.iter_mut().zip(gate).zip(up) {
                            *y = g / (1.0 + simd::exp(-g)) * u;
                        }
                    }
                });
            });
        Ok((CpuStorage::F32(y), Shape::from(dims)))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let n = x.dim(D::Minus1)? / 2;
        let dx = slices::with([x, grad], |[x, grad]| {
            let mut dx = vec![0f32; x.len()];
            dx.par_chunks_mut(ROWS * 2 * n)
                .zip(x.par_chunks(ROWS * 2 * n).zip(grad.par_chunks(ROWS * n)))
                .for_each(|(dx, (x, grad))| simd::vectorised(|| backward(dx, x, grad, n)));
            dx
        })?;
        Ok(Some(Tensor::from_vec(dx, x.shape(), x.device())?))
    }
}

#[inline]
fn backward(dx: &mut [f32], x: &[f32], grad: &[f32], n: usize) {
    let rows = x.chunks_exact(2 * n).zip(grad.chunks_exact(n));
    for (dx, (x, grad)) in dx.chunks_exact_mut(2 * n).zip(rows) {
        let (gate, up) = x.split_at(n);
        let (dgate, dup) = dx.split_at_mut(n);
        // Equal lengths that the compiler can see; deeply zipped iterators it does not vectorise.
        let (gate, up, grad) = (&gate[..n], &up[..n], &grad[..n]);
        let (dgate, dup) = (&mut dgate[..n], &mut dup[..n]);
        for i in 0..n {
            let sigmoid = 1.0 / (1.0 + simd::exp(-gate[i]));
            let silu = gate[i] * sigmoid;
            dgate[i] = grad[i] * up[i] * (sigmoid + silu * (1.0 - sigmoid));
            dup[i] = grad[i] * silu;
        }
    }
}
