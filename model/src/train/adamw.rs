//! AdamW with decoupled decay (Loshchilov and Hutter, arXiv 1711.05101).

use super::optimiser::Step;
use crate::error::Result;
use candle_core::Tensor;
use pulp::{Arch, Simd};
use serde::{Deserialize, Serialize};

/// Constants of AdamW.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdamWParams {
    /// Decay of the mean of gradients.
    pub beta1: f64,
    /// Decay of the mean of squared gradients.
    pub beta2: f64,
    /// Added to the root of the second moment.
    pub eps: f64,
}

impl Default for AdamWParams {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.95,
            eps: 1e-8,
        }
    }
}

/// The numbers of one update.
#[derive(Clone, Copy)]
struct Rates {
    beta1: f32,
    beta2: f32,
    /// Learning rate over the first moment's bias correction.
    step: f32,
    /// One over the root of the second moment's bias correction.
    square: f32,
    eps: f32,
    keep: f32,
}

impl Rates {
    fn of(step: Step, params: &AdamWParams) -> Self {
        let count = i32::try_from(step.number).unwrap_or(i32::MAX);
        Self {
            beta1: params.beta1 as f32,
            beta2: params.beta2 as f32,
            step: (step.rate / (1.0 - params.beta1.powi(count))) as f32,
            square: (1.0 / (1.0 - params.beta2.powi(count)).sqrt()) as f32,
            eps: params.eps as f32,
            keep: step.keep as f32,
        }
    }
}

/// Moves weights in place. The moments are the mean of gradients and of their squares.
pub(super) fn update(
    weights: &mut [f32],
    gradient: &[f32],
    moments: &mut [Vec<f32>],
    step: Step,
    params: &AdamWParams,
) {
    let [mean, square] = moments else {
        unreachable!("a variable under AdamW has two moments");
    };
    let rates = Rates::of(step, params);
    change([weights, mean, square], gradient, step.scale as f32, rates);
}

/// How it is compiled is told in `ops::simd`.
#[pulp::with_simd(change = Arch::new())]
#[inline(always)]
fn change_loop<S: Simd>(
    _: S,
    [weights, mean, square]: [&mut [f32]; 3],
    gradient: &[f32],
    scale: f32,
    r: Rates,
) {
    let rows = weights.iter_mut().zip(mean).zip(square);
    for (((w, m), v), g) in rows.zip(gradient) {
        let g = g * scale;
        *m = r.beta1 * *m + (1.0 - r.beta1) * g;
        *v = r.beta2 * *v + (1.0 - r.beta2) * g * g;
        *w = r.keep * *w - r.step * *m / (v.sqrt() * r.square + r.eps);
    }
}

/// The same for tensors; the gradient is scaled already.
pub(super) fn updated(
    weights: &Tensor,
    gradient: &Tensor,
    moments: &mut [Tensor],
    step: Step,
    params: &AdamWParams,
) -> Result<Tensor> {
    let [mean, square] = moments else {
        unreachable!("a variable under AdamW has two moments");
    };
    let r = Rates::of(step, params);
    let blend = |old: &Tensor, new: &Tensor, beta: f32| {
        let beta = f64::from(beta);
        old.affine(beta, 0.0)? + new.affine(1.0 - beta, 0.0)?
    };
    *mean = blend(mean, gradient, r.beta1)?;
    *square = blend(square, &gradient.sqr()?, r.beta2)?;
    let root = square
        .sqrt()?
        .affine(f64::from(r.square), f64::from(r.eps))?;
    let change = (&*mean / root)?.affine(f64::from(r.step), 0.0)?;
    Ok((weights.affine(f64::from(r.keep), 0.0)? - change)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::optimiser::{OptimiserParams, Slot};
    use candle_core::{Device, Var};

    fn reference(weights: &mut [f64], gradients: &[Vec<f64>], rate: f64, p: &OptimiserParams) {
        let (decay, p) = (p.weight_decay, p.adamw);
        let mut moments = vec![(0.0, 0.0); weights.len()];
        for (step, gradient) in (1..).zip(gradients) {
            for ((w, (m, v)), g) in weights.iter_mut().zip(&mut moments).zip(gradient) {
                *m = p.beta1 * *m + (1.0 - p.beta1) * g;
                *v = p.beta2 * *v + (1.0 - p.beta2) * g * g;
                let mean = *m / (1.0 - p.beta1.powi(step));
                let root = (*v / (1.0 - p.beta2.powi(step))).sqrt();
                *w -= rate * (mean / (root + p.eps) + decay * *w);
            }
        }
    }

    #[test]
    fn both_paths_follow_the_papers_equations() {
        let params = OptimiserParams {
            weight_decay: 0.1,
            ..OptimiserParams::default()
        };
        let start = [0.5, -1.0, 2.0, 0.0, 1e-3, 7.0];
        let gradients: Vec<Vec<f64>> = (0..5)
            .map(|s| (0..6).map(|i| f64::from(i * 3 - s * 2) * 0.1).collect())
            .collect();
        let mut wanted = start;
        reference(&mut wanted, &gradients, 0.01, &params);
        let values = start.map(|x| x as f32);
        let tensor = Tensor::from_slice(&values, (2, 3), &Device::Cpu).unwrap();
        for on_device in [false, true] {
            let var = Var::from_tensor(&tensor).unwrap();
            let mut slot = Slot::new("w".into(), var, &params).unwrap();
            if on_device {
                slot = slot.moved_as_on_device();
            }
            for gradient in &gradients {
                let values: Vec<f32> = gradient.iter().map(|x| *x as f32 * 2.0).collect();
                let gradient = Tensor::from_vec(values, (2, 3), &Device::Cpu).unwrap();
                slot.update(&gradient, 0.5, 0.01, &params).unwrap();
            }
            let found = &slot.numbers().unwrap()[0];
            for (a, b) in found.iter().zip(wanted) {
                assert!(
                    (f64::from(*a) - b).abs() < 1e-6,
                    "{found:?} instead of {wanted:?}"
                );
            }
        }
    }
}
