//! The gated unit of the feed-forward (Shazeer 2020): `silu(gate) · up`.

use super::{simd, slices};
use candle_core::{CpuStorage, CustomOp1, D, Layout, Result, Shape, Tensor};
use pulp::{Arch, Simd};
use rayon::prelude::*;

/// Rows that one task takes.
const ROWS: usize = 32;

/// Numbers that one task takes where gates and ups lie apart.
const PIECE: usize = 1 << 13;

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
        let n = layout.dims().last().copied().unwrap_or(0) / 2;
        let mut y = vec![0f32; x.len() / 2];
        y.par_chunks_mut(ROWS * n)
            .zip(x.par_chunks(ROWS * 2 * n))
            .for_each(|(y, x)| {
                for (y, x) in y.chunks_exact_mut(n).zip(x.chunks_exact(2 * n)) {
                    let (gate, up) = x.split_at(n);
                    unit(y, gate, up);
                }
            });
        Ok((CpuStorage::F32(y), slices::with_last(layout, n)))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let n = x.dim(D::Minus1)? / 2;
        let dx = slices::with([x, grad], |[x, grad]| {
            let mut dx = x.to_vec();
            dx.par_chunks_mut(ROWS * 2 * n)
                .zip(grad.par_chunks(ROWS * n))
                .for_each(|(dx, grad)| {
                    for (dx, grad) in dx.chunks_exact_mut(2 * n).zip(grad.chunks_exact(n)) {
                        let (gate, up) = dx.split_at_mut(n);
                        slopes(gate, up, grad);
                    }
                });
            dx
        })?;
        Ok(Some(Tensor::from_vec(dx, x.shape(), x.device())?))
    }
}

/// `silu(gate) · up`, element by element.
pub(super) fn forward(gate: &[f32], up: &[f32]) -> Vec<f32> {
    let mut y = vec![0f32; gate.len()];
    y.par_chunks_mut(PIECE)
        .zip(gate.par_chunks(PIECE).zip(up.par_chunks(PIECE)))
        .for_each(|(y, (gate, up))| unit(y, gate, up));
    y
}

/// Gates and ups become their gradients, given the result's.
pub(super) fn backward(gate: &mut [f32], up: &mut [f32], grad: &[f32]) {
    gate.par_chunks_mut(PIECE)
        .zip(up.par_chunks_mut(PIECE).zip(grad.par_chunks(PIECE)))
        .for_each(|(gate, (up, grad))| slopes(gate, up, grad));
}

#[pulp::with_simd(unit = Arch::new())]
#[inline(always)]
fn unit_loop<S: Simd>(_: S, y: &mut [f32], gate: &[f32], up: &[f32]) {
    for ((y, g), u) in y.iter_mut().zip(gate).zip(up) {
        *y = g / (1.0 + simd::exp(-g)) * u;
    }
}

#[pulp::with_simd(slopes = Arch::new())]
#[inline(always)]
fn slopes_loop<S: Simd>(_: S, gate: &mut [f32], up: &mut [f32], grad: &[f32]) {
    // Equal lengths that the compiler can see; deeply zipped iterators it does not vectorise.
    let n = grad.len();
    let (gate, up) = (&mut gate[..n], &mut up[..n]);
    for i in 0..n {
        let sigmoid = 1.0 / (1.0 + simd::exp(-gate[i]));
        let silu = gate[i] * sigmoid;
        gate[i] = grad[i] * up[i] * (sigmoid + silu * (1.0 - sigmoid));
        up[i] = grad[i] * silu;
    }
}
