//! Muon: momentum whose matrix is made orthogonal before it moves the weights (K. Jordan and others,
//! 2024), scaled to the size of AdamW's updates (Liu and others, arXiv 2502.16982, section 2.2).
//!
//! A gradient's few large singular values hide its small ones; here all directions move alike. The
//! orthogonal matrix comes from a Newton-Schulz iteration, products of matrices alone, whose quintic
//! brings singular values near 1 and not quite to it: between 0.7 and 1.2 after five rounds, which is
//! near enough. It makes sense for matrices between hidden states. Embeddings, output layers, routers
//! and gains of norms stay with AdamW.

use super::optimiser::Step;
use crate::error::Result;
use crate::ops::gemm::{Matrix, Product, multiply};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// Constants of Muon.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MuonParams {
    /// Decay of the sum of gradients.
    pub momentum: f64,
}

impl Default for MuonParams {
    fn default() -> Self {
        Self { momentum: 0.95 }
    }
}

/// The quintic a x + b x³ + c x⁵ and how often it is applied: Jordan's.
const QUINTIC: [f32; 3] = [3.4445, -4.7750, 2.0315];
const ROUNDS: usize = 5;

/// Times the root of the longer side, the root mean square of an update's elements over the learning
/// rate: what AdamW's updates have.
const SIZE: f64 = 0.2;

/// Added to the norm that a matrix is divided by.
const EPS: f64 = 1e-7;

/// Whether a variable is a matrix between hidden states.
pub(super) fn takes(name: &str, shape: &[usize]) -> bool {
    let is_router = name.ends_with("mlp.gate.weight");
    shape.len() == 2 && name.starts_with("model.layers.") && !is_router
}

fn size(rows: usize, cols: usize) -> f64 {
    SIZE * (rows.max(cols) as f64).sqrt()
}

/// Moves weights in place; `shape` has two sides. The moment is a decaying sum of gradients, and the
/// direction is Nesterov's.
pub(super) fn update(
    weights: &mut [f32],
    shape: &[usize],
    gradient: &[f32],
    moments: &mut [Vec<f32>],
    step: Step,
    params: MuonParams,
) {
    let ([momentum], &[rows, cols]) = (moments, shape) else {
        unreachable!("a variable under Muon is a matrix with one moment");
    };
    let (decay, scale) = (params.momentum as f32, step.scale as f32);
    let mut direction = Vec::with_capacity(gradient.len());
    for (sum, g) in momentum.iter_mut().zip(gradient) {
        let g = g * scale;
        *sum = decay * *sum + g;
        direction.push(decay * *sum + g);
    }
    let orthogonal = orthogonalised(direction, rows, cols);
    let (keep, rate) = (step.keep as f32, (step.rate * size(rows, cols)) as f32);
    for (w, o) in weights.iter_mut().zip(&orthogonal) {
        *w = keep * *w - rate * o;
    }
}

/// The nearly orthogonal matrix with the singular vectors of `x`.
fn orthogonalised(mut x: Vec<f32>, rows: usize, cols: usize) -> Vec<f32> {
    let squares = x.iter().map(|x| f64::from(*x).powi(2));
    let scale = (1.0 / (squares.sum::<f64>().sqrt() + EPS)) as f32;
    for x in &mut x {
        *x *= scale;
    }
    let [a, b, c] = QUINTIC;
    let side = rows.min(cols);
    let (mut gram, mut mixed) = (vec![0.0; side * side], vec![0.0; side * side]);
    let mut next = vec![0.0; x.len()];
    for _ in 0..ROUNDS {
        let (own, turned) = (
            Matrix::new(&x[..], rows, cols),
            Matrix::new(&x[..], rows, cols).t(),
        );
        // The product with its transpose, over the longer side.
        let into = Matrix::new(&mut gram[..], side, side);
        if rows <= cols {
            multiply(into, &own, &turned, Product::SET);
        } else {
            multiply(into, &turned, &own, Product::SET);
        }
        // a + b · gram + c · gram².
        for (mixed, gram) in mixed.iter_mut().zip(&gram) {
            *mixed = b * gram;
        }
        mixed.iter_mut().step_by(side + 1).for_each(|m| *m += a);
        let square = Matrix::new(&gram[..], side, side);
        let into = Matrix::new(&mut mixed[..], side, side);
        multiply(into, &square, &square, Product::ADD.scaled(c));
        let mixed = Matrix::new(&mixed[..], side, side);
        let into = Matrix::new(&mut next[..], rows, cols);
        if rows <= cols {
            multiply(into, &mixed, &own, Product::SET);
        } else {
            multiply(into, &own, &mixed, Product::SET);
        }
        std::mem::swap(&mut x, &mut next);
    }
    x
}

/// The same for tensors; the gradient is scaled already.
pub(super) fn updated(
    weights: &Tensor,
    gradient: &Tensor,
    moments: &mut [Tensor],
    step: Step,
    params: MuonParams,
) -> Result<Tensor> {
    let [momentum] = moments else {
        unreachable!("a variable under Muon has one moment");
    };
    let (rows, cols) = weights.dims2()?;
    *momentum = (momentum.affine(params.momentum, 0.0)? + gradient)?;
    let direction = (momentum.affine(params.momentum, 0.0)? + gradient)?;
    let orthogonal = orthogonalised_on_device(&direction)?;
    let change = orthogonal.affine(step.rate * size(rows, cols), 0.0)?;
    Ok((weights.affine(step.keep, 0.0)? - change)?)
}

fn orthogonalised_on_device(x: &Tensor) -> Result<Tensor> {
    let (rows, cols) = x.dims2()?;
    let [a, b, c] = QUINTIC.map(f64::from);
    let norm = x.sqr()?.sum_all()?.sqrt()?.affine(1.0, EPS)?;
    let mut x = x.broadcast_div(&norm)?;
    if rows > cols {
        x = x.t()?.contiguous()?;
    }
    for _ in 0..ROUNDS {
        let gram = x.matmul(&x.t()?)?;
        let mixed = (gram.affine(b, 0.0)? + gram.matmul(&gram)?.affine(c, 0.0)?)?;
        x = (x.affine(a, 0.0)? + mixed.matmul(&x)?)?;
    }
    Ok(if rows > cols { x.t()?.contiguous()? } else { x })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::optimiser::{OptimiserParams, Slot};
    use candle_core::{Device, Var};

    fn matrix(rows: usize, cols: usize, seed: usize) -> Vec<f32> {
        let number = |i: usize| ((i * 7919 + seed * 104_729) % 1009) as f32 / 504.5 - 1.0;
        (0..rows * cols).map(number).collect()
    }

    /// aX + b(XXᵀ)X + c(XXᵀ)²X in double precision, straight from the definition.
    fn reference(x: &[f64], rows: usize, cols: usize) -> Vec<f64> {
        let product = |l: &[f64], r: &[f64], m: usize, k: usize, n: usize| -> Vec<f64> {
            let at = |i: usize| (0..k).map(|p| l[i / n * k + p] * r[p * n + i % n]).sum();
            (0..m * n).map(at).collect()
        };
        let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt() + EPS;
        let mut x: Vec<f64> = x.iter().map(|x| x / norm).collect();
        let [a, b, c] = QUINTIC.map(f64::from);
        for _ in 0..ROUNDS {
            let turned: Vec<f64> = (0..rows * cols)
                .map(|i| x[i % rows * cols + i / rows])
                .collect();
            let gram = product(&x, &turned, rows, cols, rows);
            let third = product(&gram, &x, rows, rows, cols);
            let fifth = product(&gram, &third, rows, rows, cols);
            let parts = x.iter().zip(&third).zip(&fifth);
            x = parts.map(|((x, t), f)| a * x + b * t + c * f).collect();
        }
        x
    }

    #[test]
    fn both_paths_follow_the_papers_equations_for_wide_and_tall_matrices() {
        let params = OptimiserParams {
            muon: Some(MuonParams { momentum: 0.9 }),
            weight_decay: 0.1,
            ..OptimiserParams::default()
        };
        let rate = 0.01;
        for (rows, cols) in [(5, 9), (9, 5), (6, 6)] {
            let start = matrix(rows, cols, 0);
            let gradients: Vec<_> = (1..4).map(|seed| matrix(rows, cols, seed)).collect();
            let mut wanted: Vec<f64> = start.iter().map(|x| f64::from(*x)).collect();
            let mut sum = vec![0.0; wanted.len()];
            for gradient in &gradients {
                let mut direction = Vec::new();
                for (sum, g) in sum.iter_mut().zip(gradient) {
                    *sum = 0.9 * *sum + f64::from(*g);
                    direction.push(0.9 * *sum + f64::from(*g));
                }
                let change = reference(&direction, rows, cols);
                let size = 0.2 * (rows.max(cols) as f64).sqrt();
                for (w, o) in wanted.iter_mut().zip(change) {
                    *w -= rate * (size * o + 0.1 * *w);
                }
            }
            for on_device in [false, true] {
                let tensor = Tensor::from_slice(&start, (rows, cols), &Device::Cpu).unwrap();
                let name = "model.layers.0.self_attn.o_proj.weight";
                let var = Var::from_tensor(&tensor).unwrap();
                let mut slot = Slot::new(name.into(), var, &params).unwrap();
                if on_device {
                    slot = slot.moved_as_on_device();
                }
                for gradient in &gradients {
                    let doubled: Vec<f32> = gradient.iter().map(|x| x * 2.0).collect();
                    let gradient = Tensor::from_vec(doubled, (rows, cols), &Device::Cpu).unwrap();
                    slot.update(&gradient, 0.5, rate, &params).unwrap();
                }
                let found = &slot.numbers().unwrap()[0];
                for (a, b) in found.iter().zip(&wanted) {
                    assert!((f64::from(*a) - b).abs() < 1e-5, "{rows} x {cols}: {a} {b}");
                }
            }
        }
    }

    #[test]
    fn what_moves_the_weights_is_nearly_orthogonal() {
        let (rows, cols) = (16, 40);
        // Rows of very different sizes: singular values over a range of about 100.
        let mut x = matrix(rows, cols, 3);
        let mut size = 1.0;
        for row in x.chunks_mut(cols) {
            for x in row {
                *x *= size;
            }
            size *= 0.75;
        }
        let o = orthogonalised(x, rows, cols);
        let dot = |i: usize, j: usize| -> f32 {
            let row = |i: usize| &o[i * cols..(i + 1) * cols];
            row(i).iter().zip(row(j)).map(|(a, b)| a * b).sum()
        };
        for i in 0..rows {
            for j in 0..rows {
                let found = dot(i, j);
                let near = if i == j {
                    (0.4..1.5).contains(&found)
                } else {
                    found.abs() < 0.4
                };
                assert!(near, "rows {i} and {j}: {found}");
            }
        }
    }

    #[test]
    fn only_matrices_between_hidden_states_are_taken() {
        for (name, shape, taken) in [
            ("model.layers.0.self_attn.q_proj.weight", &[8, 8][..], true),
            ("model.layers.1.mlp.experts.3.up_proj.weight", &[8, 8], true),
            ("model.layers.1.mlp.gate_proj.weight", &[8, 8], true),
            ("model.layers.1.mlp.gate.weight", &[8, 8], false),
            ("model.layers.1.input_layernorm.weight", &[8], false),
            ("model.embed_tokens.weight", &[8, 8], false),
            ("lm_head.weight", &[8, 8], false),
            ("score.weight", &[1, 8], false),
        ] {
            assert_eq!(takes(name, shape), taken, "{name}");
        }
    }
}
