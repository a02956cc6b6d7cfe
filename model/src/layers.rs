//! Layers that both architectures have.

use crate::{
    error::Result,
    ops::{self, Precision},
    weights::Weights,
};
use candle_core::Tensor;

/// Root-mean-square norm with a gain.
#[derive(Clone, Debug)]
pub(crate) struct Norm {
    gain: Tensor,
    eps: f64,
}

impl Norm {
    pub(crate) fn new(weights: &Weights, at: &str, eps: f64) -> Result<Self> {
        Ok(Self {
            gain: weights.tensor(&format!("{at}.weight"))?.clone(),
            eps,
        })
    }

    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(ops::rms_norm(x, &self.gain, self.eps)?)
    }
}

/// Product with a weight, without a bias.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    weight: Tensor,
    precision: Precision,
}

impl Linear {
    pub(crate) fn new(weights: &Weights, at: &str, precision: Precision) -> Result<Self> {
        Ok(Self {
            weight: weights.tensor(&format!("{at}.weight"))?.clone(),
            precision,
        })
    }

    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(ops::linear(x, &self.weight, self.precision)?)
    }
}

/// The gated feed-forward: `down(silu(gate(x)) · up(x))`.
#[derive(Clone, Debug)]
pub(crate) struct Mlp {
    pub(crate) gate_proj: Tensor,
    pub(crate) up_proj: Tensor,
    pub(crate) down_proj: Tensor,
    precision: Precision,
}

impl Mlp {
    pub(crate) fn new(weights: &Weights, at: &str, precision: Precision) -> Result<Self> {
        let load = |name| weights.tensor(&format!("{at}.{name}.weight")).cloned();
        Ok(Self {
            gate_proj: load("gate_proj")?,
            up_proj: load("up_proj")?,
            down_proj: load("down_proj")?,
            precision,
        })
    }

    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let inner = ops::gated(x, &self.gate_proj, &self.up_proj, self.precision)?;
        Ok(ops::linear(&inner, &self.down_proj, self.precision)?)
    }
}
