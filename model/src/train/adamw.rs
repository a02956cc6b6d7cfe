//! AdamW with decoupled decay (Loshchilov and Hutter, arXiv 1711.05101).
//!
//! Moments and master weights are f32. On the CPU one pass over slices updates all three in place;
//! on a device the same comes from candle's operations, and a variable in bf16 or f16 gets a master
//! copy in f32 that is rounded into it. A variable without a gradient (an expert that no token
//! chose) is left alone, moments included. Gains of norms do not decay.

use crate::error::Result;
use candle_core::{CpuStorage, DType, InplaceOp1, Layout, Storage, Tensor, Var, bail};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

/// Constants of the optimiser.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdamWParams {
    /// Decay of the mean of gradients.
    pub beta1: f64,
    /// Decay of the mean of squared gradients.
    pub beta2: f64,
    /// Added to the root of the second moment.
    pub eps: f64,
    /// Decay of the weights, times the learning rate.
    pub weight_decay: f64,
}

impl Default for AdamWParams {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.95,
            eps: 1e-8,
            weight_decay: 0.0,
        }
    }
}

/// A variable with its moments.
pub(super) struct Slot {
    pub(super) name: String,
    pub(super) var: Var,
    /// Updates that this variable had: experts differ in it.
    pub(super) updates: u64,
    pub(super) mean: Vec<f32>,
    pub(super) square: Vec<f32>,
    device: Option<OnDevice>,
}

/// The state of a variable that is not f32 on the CPU.
struct OnDevice {
    master: Tensor,
    mean: Tensor,
    square: Tensor,
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
    /// What gradients are multiplied by: clipping.
    gradient: f32,
}

impl Slot {
    pub(super) fn new(name: String, var: Var) -> Result<Self> {
        let host = var.device().is_cpu() && var.dtype() == DType::F32;
        let (count, device) = if host {
            (var.elem_count(), None)
        } else {
            let master = var.as_tensor().detach().to_dtype(DType::F32)?;
            let zeros = master.zeros_like()?;
            (
                0,
                Some(OnDevice {
                    mean: zeros.clone(),
                    square: zeros,
                    master,
                }),
            )
        };
        let zeros = vec![0.0; count];
        Ok(Self {
            name,
            var,
            updates: 0,
            mean: zeros.clone(),
            square: zeros,
            device,
        })
    }

    /// One update along a gradient multiplied by `scale`.
    pub(super) fn update(
        &mut self,
        gradient: &Tensor,
        scale: f64,
        rate: f64,
        params: &AdamWParams,
    ) -> Result<()> {
        self.updates += 1;
        let count = i32::try_from(self.updates).unwrap_or(i32::MAX);
        let decays = self.var.rank() > 1;
        let rates = Rates {
            beta1: params.beta1 as f32,
            beta2: params.beta2 as f32,
            step: (rate / (1.0 - params.beta1.powi(count))) as f32,
            square: (1.0 / (1.0 - params.beta2.powi(count)).sqrt()) as f32,
            eps: params.eps as f32,
            keep: if decays {
                (1.0 - rate * params.weight_decay) as f32
            } else {
                1.0
            },
            gradient: scale as f32,
        };
        if let Some(device) = &mut self.device {
            return device.update(&self.var, gradient, rates);
        }
        with_numbers(gradient, |gradient| {
            let moments = RefCell::new((&mut self.mean[..], &mut self.square[..]));
            self.var.as_tensor().inplace_op1(&Update {
                gradient,
                moments,
                rates,
            })
        })??;
        Ok(())
    }

    /// Master weights, mean and square, as f32 on the CPU.
    pub(super) fn numbers(&self) -> Result<[Vec<f32>; 3]> {
        let host = |t: &Tensor| t.flatten_all()?.to_vec1::<f32>();
        if let Some(d) = &self.device {
            return Ok([host(&d.master)?, host(&d.mean)?, host(&d.square)?]);
        }
        let weights = host(&self.var.as_tensor().detach())?;
        Ok([weights, self.mean.clone(), self.square.clone()])
    }

    /// Takes over what [`Self::numbers`] gave.
    pub(super) fn restore(&mut self, updates: u64, numbers: [Vec<f32>; 3]) -> Result<()> {
        self.updates = updates;
        let [weights, mean, square] = numbers;
        let (shape, device) = (self.var.shape().clone(), self.var.device().clone());
        let load = |values: Vec<f32>| Tensor::from_vec(values, &shape, &device);
        let master = load(weights)?;
        self.var.set(&master.to_dtype(self.var.dtype())?)?;
        if let Some(d) = &mut self.device {
            *d = OnDevice {
                master,
                mean: load(mean)?,
                square: load(square)?,
            };
        } else {
            (self.mean, self.square) = (mean, square);
        }
        Ok(())
    }
}

impl OnDevice {
    fn update(&mut self, var: &Var, gradient: &Tensor, r: Rates) -> Result<()> {
        let gradient = gradient
            .detach()
            .to_dtype(DType::F32)?
            .affine(f64::from(r.gradient), 0.0)?;
        let blend = |old: &Tensor, new: &Tensor, beta: f32| {
            let beta = f64::from(beta);
            old.affine(beta, 0.0)? + new.affine(1.0 - beta, 0.0)?
        };
        self.mean = blend(&self.mean, &gradient, r.beta1)?;
        self.square = blend(&self.square, &gradient.sqr()?, r.beta2)?;
        let root = self
            .square
            .sqrt()?
            .affine(f64::from(r.square), f64::from(r.eps))?;
        let change = (&self.mean / root)?.affine(f64::from(r.step), 0.0)?;
        self.master = (self.master.affine(f64::from(r.keep), 0.0)? - change)?;
        Ok(var.set(&self.master.to_dtype(var.dtype())?)?)
    }
}

struct Update<'a> {
    gradient: &'a [f32],
    moments: RefCell<(&'a mut [f32], &'a mut [f32])>,
    rates: Rates,
}

impl InplaceOp1 for Update<'_> {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> candle_core::Result<()> {
        let (CpuStorage::F32(weights), Some((from, to))) = (storage, layout.contiguous_offsets())
        else {
            bail!("the optimiser takes contiguous f32 variables");
        };
        let mut moments = self.moments.borrow_mut();
        let (mean, square) = &mut *moments;
        let (weights, r) = (&mut weights[from..to], self.rates);
        pulp::Arch::new().dispatch(|| {
            let rows = weights
                .iter_mut()
                .zip(mean.iter_mut())
                .zip(square.iter_mut());
            for (((w, m), v), g) in rows.zip(self.gradient) {
                let g = g * r.gradient;
                *m = r.beta1 * *m + (1.0 - r.beta1) * g;
                *v = r.beta2 * *v + (1.0 - r.beta2) * g * g;
                *w = r.keep * *w - r.step * *m / (v.sqrt() * r.square + r.eps);
            }
        });
        Ok(())
    }
}

/// Lends the numbers of an f32 tensor, moved to the CPU where it is elsewhere.
pub(super) fn with_numbers<R>(tensor: &Tensor, f: impl FnOnce(&[f32]) -> R) -> Result<R> {
    let tensor = tensor
        .to_device(&candle_core::Device::Cpu)?
        .to_dtype(DType::F32)?
        .contiguous()?;
    let (storage, layout) = tensor.storage_and_layout();
    let (Storage::Cpu(storage), Some((from, to))) = (&*storage, layout.contiguous_offsets()) else {
        return Err(candle_core::Error::Msg("a tensor that was moved to the CPU".into()).into());
    };
    Ok(f(&storage.as_slice::<f32>()?[from..to]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    fn reference(weights: &mut [f64], gradients: &[Vec<f64>], rate: f64, p: &AdamWParams) {
        let mut moments = vec![(0.0, 0.0); weights.len()];
        for (step, gradient) in (1..).zip(gradients) {
            for ((w, (m, v)), g) in weights.iter_mut().zip(&mut moments).zip(gradient) {
                *m = p.beta1 * *m + (1.0 - p.beta1) * g;
                *v = p.beta2 * *v + (1.0 - p.beta2) * g * g;
                let mean = *m / (1.0 - p.beta1.powi(step));
                let root = (*v / (1.0 - p.beta2.powi(step))).sqrt();
                *w -= rate * (mean / (root + p.eps) + p.weight_decay * *w);
            }
        }
    }

    #[test]
    fn both_paths_follow_the_papers_equations() {
        let params = AdamWParams {
            weight_decay: 0.1,
            ..AdamWParams::default()
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
            let mut slot = Slot::new("w".into(), Var::from_tensor(&tensor).unwrap()).unwrap();
            if on_device {
                let zeros = tensor.zeros_like().unwrap();
                let master = tensor.clone();
                slot.device = Some(OnDevice {
                    mean: zeros.clone(),
                    square: zeros,
                    master,
                });
            }
            for gradient in &gradients {
                let values: Vec<f32> = gradient.iter().map(|x| *x as f32 * 2.0).collect();
                let gradient = Tensor::from_vec(values, (2, 3), &Device::Cpu).unwrap();
                slot.update(&gradient, 0.5, 0.01, &params).unwrap();
            }
            let found = slot
                .var
                .as_tensor()
                .flatten_all()
                .unwrap()
                .to_vec1::<f32>()
                .unwrap();
            for (a, b) in found.iter().zip(wanted) {
                assert!(
                    (f64::from(*a) - b).abs() < 1e-6,
                    "{found:?} instead of {wanted:?}"
                );
            }
        }
    }
}
