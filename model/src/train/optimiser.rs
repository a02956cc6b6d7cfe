//! How variables move along their gradients.
//!
//! A [`Slot`] is a variable with what its rule remembers of earlier gradients, all of it in f32. On
//! the CPU a pass over slices updates numbers in place; on a device the same comes from candle's
//! operations, and a variable in bf16 or f16 gets a master copy in f32 that is rounded into it. A
//! variable without a gradient (an expert that no token chose) is left alone, moments included.
//! Decay is decoupled, and gains of norms do not decay.

use super::adamw::{self, AdamWParams};
use super::muon::{self, MuonParams};
use crate::error::Result;
use candle_core::{CpuStorage, DType, Device, InplaceOp1, Layout, Storage, Tensor, Var, bail};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

/// Which variables move by which rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OptimiserParams {
    /// For all variables, or for those that the next leaves.
    pub adamw: AdamWParams,
    /// For the matrices inside of the layers, where it is wanted.
    pub muon: Option<MuonParams>,
    /// Decay of the weights, times the learning rate.
    pub weight_decay: f64,
}

/// A variable in training.
pub(super) struct Slot {
    pub(super) name: String,
    pub(super) var: Var,
    /// Updates that this variable had: experts differ in it.
    pub(super) updates: u64,
    rule: Rule,
    kept: Kept,
}

#[derive(Clone, Copy)]
enum Rule {
    AdamW,
    Muon,
}

/// What is remembered from one update to the next.
enum Kept {
    /// Moments.
    Host(Vec<Vec<f32>>),
    /// The weights in f32, and moments.
    Device(Tensor, Vec<Tensor>),
}

/// What one update is made of besides the gradient.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// The learning rate.
    pub(super) rate: f64,
    /// What the weights are multiplied by: decay.
    pub(super) keep: f64,
    /// Its number, from 1.
    pub(super) number: u64,
    /// What the gradient is multiplied by: clipping.
    pub(super) scale: f64,
}

impl Rule {
    fn of(name: &str, var: &Var, params: &OptimiserParams) -> Self {
        match params.muon {
            Some(_) if muon::takes(name, var.dims()) => Self::Muon,
            _ => Self::AdamW,
        }
    }

    /// What the numbers of a variable are called in a state.
    fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::AdamW => &["weight", "mean", "square"],
            Self::Muon => &["weight", "momentum"],
        }
    }
}

impl Slot {
    pub(super) fn new(name: String, var: Var, params: &OptimiserParams) -> Result<Self> {
        let rule = Rule::of(&name, &var, params);
        let moments = rule.kinds().len() - 1;
        let kept = if var.device().is_cpu() && var.dtype() == DType::F32 {
            Kept::Host(vec![vec![0.0; var.elem_count()]; moments])
        } else {
            let master = var.as_tensor().detach().to_dtype(DType::F32)?;
            let zeros = vec![master.zeros_like()?; moments];
            Kept::Device(master, zeros)
        };
        Ok(Self {
            name,
            var,
            updates: 0,
            rule,
            kept,
        })
    }

    /// One update along a gradient multiplied by `scale`.
    pub(super) fn update(
        &mut self,
        gradient: &Tensor,
        scale: f64,
        rate: f64,
        params: &OptimiserParams,
    ) -> Result<()> {
        self.updates += 1;
        let decay = match self.var.rank() {
            0 | 1 => 0.0,
            _ => params.weight_decay,
        };
        let step = Step {
            rate,
            keep: 1.0 - rate * decay,
            number: self.updates,
            scale,
        };
        let (rule, adamw) = (self.rule, &params.adamw);
        let muon = params.muon.unwrap_or_default();
        match &mut self.kept {
            Kept::Host(moments) => {
                let shape = self.var.dims();
                with_numbers(gradient, |gradient| {
                    in_place(self.var.as_tensor(), |weights| match rule {
                        Rule::AdamW => adamw::update(weights, gradient, moments, step, adamw),
                        Rule::Muon => muon::update(weights, shape, gradient, moments, step, muon),
                    })
                })?
            }
            Kept::Device(master, moments) => {
                let gradient = gradient.detach().to_dtype(DType::F32)?.affine(scale, 0.0)?;
                *master = match rule {
                    Rule::AdamW => adamw::updated(master, &gradient, moments, step, adamw)?,
                    Rule::Muon => muon::updated(master, &gradient, moments, step, muon)?,
                };
                Ok(self.var.set(&master.to_dtype(self.var.dtype())?)?)
            }
        }
    }

    /// The names of its tensors in a state.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        let kinds = self.rule.kinds().iter();
        kinds.map(|kind| format!("{kind}:{}", self.name))
    }

    /// What they hold: the weights and then the moments, as f32 on the CPU.
    pub(super) fn numbers(&self) -> Result<Vec<Vec<f32>>> {
        let host = |t: &Tensor| Ok(t.flatten_all()?.to_vec1::<f32>()?);
        match &self.kept {
            Kept::Host(moments) => {
                let weights = host(&self.var.as_tensor().detach())?;
                Ok([&[weights], &moments[..]].concat())
            }
            Kept::Device(master, moments) => {
                [master].into_iter().chain(moments).map(host).collect()
            }
        }
    }

    /// Takes over what [`Self::numbers`] gave.
    pub(super) fn restore(&mut self, updates: u64, numbers: Vec<Vec<f32>>) -> Result<()> {
        self.updates = updates;
        let (shape, device) = (self.var.shape().clone(), self.var.device().clone());
        let load = |values: Vec<f32>| Tensor::from_vec(values, &shape, &device);
        let mut moments = numbers.into_iter();
        let weights = load(moments.next().expect("every variable has weights"))?;
        self.var.set(&weights.to_dtype(self.var.dtype())?)?;
        self.kept = match &self.kept {
            Kept::Host(_) => Kept::Host(moments.collect()),
            Kept::Device(..) => {
                let moments = moments.map(load).collect::<candle_core::Result<_>>()?;
                Kept::Device(weights, moments)
            }
        };
        Ok(())
    }
}

/// Lends the numbers of an f32 tensor, moved to the CPU where it is elsewhere.
pub(super) fn with_numbers<R>(tensor: &Tensor, f: impl FnOnce(&[f32]) -> R) -> Result<R> {
    let tensor = tensor
        .to_device(&Device::Cpu)?
        .to_dtype(DType::F32)?
        .contiguous()?;
    let (storage, layout) = tensor.storage_and_layout();
    let (Storage::Cpu(storage), Some((from, to))) = (&*storage, layout.contiguous_offsets()) else {
        return Err(candle_core::Error::Msg("a tensor that was moved to the CPU".into()).into());
    };
    Ok(f(&storage.as_slice::<f32>()?[from..to]))
}

/// Adds to a sum of gradients: on the CPU in place.
pub(super) fn add(sum: Tensor, gradient: &Tensor) -> Result<Tensor> {
    if !sum.device().is_cpu() || sum.dtype() != DType::F32 {
        return Ok((sum + gradient)?);
    }
    let sum = sum.contiguous()?;
    with_numbers(gradient, |gradient| {
        in_place(&sum, |sum| {
            for (sum, x) in sum.iter_mut().zip(gradient) {
                *sum += x;
            }
        })
    })??;
    Ok(sum)
}

/// Lets `f` change the numbers of a contiguous f32 tensor on the CPU.
fn in_place(tensor: &Tensor, f: impl FnMut(&mut [f32])) -> Result<()> {
    struct Change<F>(RefCell<F>);

    impl<F: FnMut(&mut [f32])> InplaceOp1 for Change<F> {
        fn name(&self) -> &'static str {
            "optimiser"
        }

        fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> candle_core::Result<()> {
            let (CpuStorage::F32(numbers), Some((from, to))) =
                (storage, layout.contiguous_offsets())
            else {
                bail!("the optimiser takes contiguous f32 tensors");
            };
            self.0.borrow_mut()(&mut numbers[from..to]);
            Ok(())
        }
    }

    Ok(tensor.inplace_op1(&Change(RefCell::new(f)))?)
}

#[cfg(test)]
impl Slot {
    /// The same variable, updated as one on a device is.
    pub(super) fn moved_as_on_device(mut self) -> Self {
        let numbers = self.numbers().unwrap();
        let tensor = |values: &Vec<f32>| {
            Tensor::from_slice(values, self.var.shape(), self.var.device()).unwrap()
        };
        let moments = numbers[1..].iter().map(tensor).collect();
        self.kept = Kept::Device(tensor(&numbers[0]), moments);
        self
    }
}
