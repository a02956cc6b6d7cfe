//! What the optimisers of all algorithms share: how their keys become the engine's parameters, and
//! what those keys may be.
//!
//! Each algorithm reads its own `[optimiser]`, because an unknown key must be an error and serde
//! cannot tell one inside of a flattened section.

use model::train::{AdamWParams, Decay, MuonParams, OptimiserParams, Schedule, TrainParams};

use super::sections::{Dtype, OptimiserKind, ScheduleKind, from_one, from_zero, share};

/// The shared keys of a section `[optimiser]`.
pub(super) struct Moves {
    pub(super) kind: OptimiserKind,
    pub(super) momentum: Option<f64>,
    pub(super) micro_batch_tokens: usize,
    pub(super) lr: f64,
    pub(super) schedule: ScheduleKind,
    pub(super) lr_floor: f64,
    pub(super) warmup_steps: u64,
    pub(super) weight_decay: f64,
    pub(super) beta1: f64,
    pub(super) beta2: f64,
    pub(super) clip_norm: f64,
}

/// The shared keys out of a section that has them all.
macro_rules! moves {
    ($section:expr) => {
        $crate::train::optimiser::Moves {
            kind: $section.kind,
            momentum: $section.momentum,
            micro_batch_tokens: $section.micro_batch_tokens,
            lr: $section.lr,
            schedule: $section.schedule,
            lr_floor: $section.lr_floor,
            warmup_steps: $section.warmup_steps,
            weight_decay: $section.weight_decay,
            beta1: $section.beta1,
            beta2: $section.beta2,
            clip_norm: $section.clip_norm,
        }
    };
}

pub(super) use moves;

impl Moves {
    /// The learning rate over so many steps.
    pub(super) fn rates(&self, steps: u64) -> Schedule {
        Schedule {
            peak: self.lr,
            warmup: self.warmup_steps,
            decay: match self.schedule {
                ScheduleKind::Constant => Decay::Constant,
                ScheduleKind::Cosine => Decay::Cosine {
                    steps,
                    floor: self.lr_floor,
                },
            },
        }
    }

    /// The engine's parameters for a training of so many steps.
    pub(super) fn params(&self, steps: u64, threads: usize, dtype: Dtype) -> TrainParams {
        TrainParams {
            optimiser: OptimiserParams {
                adamw: AdamWParams {
                    beta1: self.beta1,
                    beta2: self.beta2,
                    ..AdamWParams::default()
                },
                muon: (self.kind == OptimiserKind::Muon).then(|| {
                    let usual = MuonParams::default();
                    MuonParams {
                        momentum: self.momentum.unwrap_or(usual.momentum),
                    }
                }),
                weight_decay: self.weight_decay,
            },
            schedule: self.rates(steps),
            clip_norm: self.clip_norm,
            micro_batch_tokens: self.micro_batch_tokens,
            threads,
            precision: dtype.precision(),
        }
    }

    /// Refuses what no optimiser can do; the error begins with the key. `adapters` says whether
    /// adapters are trained in place of all weights.
    pub(super) fn check(&self, adapters: bool) -> Result<(), String> {
        if self.kind == OptimiserKind::Muon && adapters {
            return Err(
                "`optimiser.kind` is \"muon\", which moves whole matrices; adapters take \"adamw\""
                    .into(),
            );
        }
        if self.kind != OptimiserKind::Muon && self.momentum.is_some() {
            return Err("`optimiser.momentum` is Muon's; leave it out, or set `kind` to it".into());
        }
        share("optimiser.momentum", self.momentum.unwrap_or(0.0))?;
        from_zero("optimiser.lr", self.lr)?;
        from_zero("optimiser.weight_decay", self.weight_decay)?;
        from_zero("optimiser.clip_norm", self.clip_norm)?;
        share("optimiser.lr_floor", self.lr_floor)?;
        share("optimiser.beta1", self.beta1)?;
        share("optimiser.beta2", self.beta2)?;
        from_one("optimiser.micro_batch_tokens", self.micro_batch_tokens > 0)
    }
}
