//! Rotary positions (Su et al. 2021) on a part of each head.

use super::slices;
use crate::config::Rope;
use candle_core::{CpuStorage, CustomOp1, D, Device, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;
use std::sync::Arc;

/// Which two numbers turn together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Number i with number i + half (Llama's checkpoints).
    Halves,
    /// Neighbours (DeepSeek-V2's checkpoints).
    Pairs,
}

/// Cosines and sines of positions `0..length`, each (length, dim / 2).
#[derive(Clone, Debug)]
pub struct RotaryTables {
    cos: Arc<[f32]>,
    sin: Arc<[f32]>,
    half: usize,
}

impl RotaryTables {
    /// Tables for `dim` rotated numbers a head and positions `0..length`.
    pub fn new(rope: &Rope, dim: usize, length: usize) -> Self {
        let (cos, sin) = rope.tables(dim, length);
        Self {
            cos: cos.into(),
            sin: sin.into(),
            half: dim / 2,
        }
    }

    fn tensors(&self, length: usize, device: &Device) -> Result<(Tensor, Tensor)> {
        let shape = (length, 1, self.half);
        let count = length * self.half;
        let cos = Tensor::from_slice(&self.cos[..count], shape, device)?;
        Ok((cos, Tensor::from_slice(&self.sin[..count], shape, device)?))
    }
}

/// Turns the last `dim` numbers of each head of `x` (batch, length, heads, width) by the angle of
/// its position; what lies before them stays.
pub fn rotate(x: &Tensor, tables: &RotaryTables, rotation: Rotation) -> Result<Tensor> {
    let (_, length, _, width) = x.dims4()?;
    if length * tables.half > tables.cos.len() || 2 * tables.half > width {
        bail!("rotary tables are too small for {:?}", x.shape());
    }
    if slices::fused(x) {
        return x.contiguous()?.apply_op1(Rotate {
            tables: tables.clone(),
            rotation,
        });
    }
    rotate_composed(x, tables, rotation)
}

/// The same from candle's operations.
pub fn rotate_composed(x: &Tensor, tables: &RotaryTables, rotation: Rotation) -> Result<Tensor> {
    let (batch, length, heads, width) = x.dims4()?;
    let half = tables.half;
    let kept = width - 2 * half;
    let (cos, sin) = tables.tensors(length, x.device())?;
    let (cos, sin) = (cos.to_dtype(x.dtype())?, sin.to_dtype(x.dtype())?);
    let turned = x.narrow(D::Minus1, kept, 2 * half)?;
    let (a, b) = match rotation {
        Rotation::Halves => (
            turned.narrow(D::Minus1, 0, half)?,
            turned.narrow(D::Minus1, half, half)?,
        ),
        Rotation::Pairs => {
            let pairs = turned
                .contiguous()?
                .reshape((batch, length, heads, half, 2))?;
            let side = |i| pairs.narrow(D::Minus1, i, 1)?.squeeze(D::Minus1);
            (side(0)?, side(1)?)
        }
    };
    let first = (a.broadcast_mul(&cos)? - b.broadcast_mul(&sin)?)?;
    let second = (a.broadcast_mul(&sin)? + b.broadcast_mul(&cos)?)?;
    let turned = match rotation {
        Rotation::Halves => Tensor::cat(&[first, second], D::Minus1)?,
        Rotation::Pairs => {
            Tensor::stack(&[first, second], 4)?.reshape((batch, length, heads, 2 * half))?
        }
    };
    if kept == 0 {
        return Ok(turned);
    }
    Tensor::cat(&[x.narrow(D::Minus1, 0, kept)?, turned], D::Minus1)
}

struct Rotate {
    tables: RotaryTables,
    rotation: Rotation,
}

impl CustomOp1 for Rotate {
    fn name(&self) -> &'static str {
        "rotate"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mut y = slices::of(storage, layout)?.to_vec();
        self.apply(&mut y, layout.dims(), 1.0);
        Ok((CpuStorage::F32(y), layout.shape().clone()))
    }

    /// A rotation's transpose turns the other way.
    fn bwd(&self, x: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let mut dx = slices::with([grad], |[grad]| grad.to_vec())?;
        self.apply(&mut dx, x.dims(), -1.0);
        Ok(Some(Tensor::from_vec(dx, x.shape(), x.device())?))
    }
}

impl Rotate {
    fn apply(&self, x: &mut [f32], dims: &[usize], direction: f32) {
        let (length, heads, width) = (dims[1], dims[2], dims[3]);
        let half = self.tables.half;
        x.par_chunks_mut(heads * width)
            .enumerate()
            .for_each(|(row, x)| {
                let at = row % length * half;
                let cos = &self.tables.cos[at..at + half];
                let sin = &self.tables.sin[at..at + half];
                for head in x.chunks_exact_mut(width) {
                    let turned = &mut head[width - 2 * half..];
                    match self.rotation {
                        Rotation::Halves => {
                            let (a, b) = turned.split_at_mut(half);
                            for ((a, b), (c, s)) in a.iter_mut().zip(b).zip(cos.iter().zip(sin)) {
                                let s = s * direction;
                                (*a, *b) = (*a * c - *b * s, *a * s + *b * c);
                            }
                        }
                        Rotation::Pairs => {
                            let (pairs, _) = turned.as_chunks_mut::<2>();
                            for ([a, b], (c, s)) in pairs.iter_mut().zip(cos.iter().zip(sin)) {
                                let s = s * direction;
                                (*a, *b) = (*a * c - *b * s, *a * s + *b * c);
                            }
                        }
                    }
                }
            });
    }
}
