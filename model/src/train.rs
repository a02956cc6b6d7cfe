//! Training: one engine for every objective.
//!
//! A [`Trainer`] holds the trainable weights (all of them, or LoRA adapters), the optimiser and the
//! step. [`Trainer::step`] takes a batch of an [`Objective`]'s items, divides it into micro-batches
//! of similar length, lets threads compute their gradients, sums them, clips by the global norm and
//! updates.
//!
//! Guaranteed on the CPU: the same batches from the same state give the same bits, for any number
//! of threads where a batch has two micro-batches or more, and after saving and resuming. Not
//! guaranteed: the same bits for another `micro_batch_tokens`, another machine, or a GPU.

mod adamw;
mod advantages;
mod dpo;
mod grpo;
mod lora;
mod muon;
mod objective;
mod optimiser;
mod packing;
mod pass;
mod replicas;
mod reward_model;
mod schedule;
mod state;
#[cfg(test)]
mod tests;
mod tokens;

pub use adamw::AdamWParams;
pub use advantages::{Credit, StepReward, advantages, has_signal, process_advantages};
pub use dpo::{Answer, Dpo, Preference};
pub use grpo::{Aggregation, Grpo, Ratio, Rollout, k3};
pub use lora::{Lora, LoraParams};
pub use muon::MuonParams;
pub use objective::{Asks, Judgement, Objective, Sequence};
pub use optimiser::OptimiserParams;
pub use reward_model::{Labelled, Pair, PairWise, PointWise};
pub use schedule::{Decay, Schedule};
pub use state::Saved;
pub use tokens::{Example, NextToken, Weighted, WeightedTokens};

use crate::{
    config::Config,
    error::{Error, Result},
    network::Network,
    ops::Precision,
    weights::Weights,
};
use candle_core::{DType, Tensor};
use optimiser::{Slot, with_numbers};
use pass::Outputs;
use rayon::prelude::*;
use replicas::Replicas;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How to train.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainParams {
    /// How variables move; which rule each has is settled when the trainer is made.
    pub optimiser: OptimiserParams,
    /// The learning rate.
    pub schedule: Schedule,
    /// Largest norm of all gradients together; 0 does not clip.
    pub clip_norm: f64,
    /// Tokens that one thread computes at a time, padding included.
    pub micro_batch_tokens: usize,
    /// Threads.
    pub threads: usize,
    /// Of the network's products, on a CPU; settled when the trainer is made.
    pub precision: Precision,
}

impl Default for TrainParams {
    fn default() -> Self {
        Self {
            optimiser: OptimiserParams::default(),
            schedule: Schedule::constant(1e-3),
            clip_norm: 1.0,
            micro_batch_tokens: 2048,
            threads: std::thread::available_parallelism().map_or(1, Into::into),
            precision: Precision::F32,
        }
    }
}

/// What one step did.
#[derive(Clone, Debug, PartialEq)]
pub struct StepReport {
    /// The step's number, from 0.
    pub step: u64,
    /// The objective's loss over the batch, before the update.
    pub loss: f64,
    /// The routers' balance loss, 0 without experts.
    pub balance_loss: f64,
    /// Norm of all gradients together, before clipping.
    pub gradient_norm: f64,
    /// The learning rate.
    pub rate: f64,
    /// Tokens without padding.
    pub tokens: usize,
    /// The first variable whose gradient was not finite, in which case nothing was changed.
    pub skipped: Option<String>,
    /// The objective's own numbers: means over the items, and peaks.
    pub metrics: BTreeMap<&'static str, f64>,
}

/// A network in training.
pub struct Trainer {
    config: Config,
    params: TrainParams,
    policy: Policy,
    slots: Vec<Slot>,
    replicas: Replicas,
    step: u64,
}

enum Policy {
    Full {
        weights: Weights,
        network: Box<Network>,
    },
    Adapted(Lora),
}

impl Policy {
    fn network(&self, config: &Config, precision: Precision) -> Result<Network> {
        match self {
            Self::Full { network, .. } => Ok((**network).clone()),
            Self::Adapted(lora) => Network::in_precision(config, &lora.effective()?, precision),
        }
    }
}

/// What a micro-batch adds to its batch.
struct Part {
    gradients: Vec<Option<Tensor>>,
    loss: f64,
    balance_loss: f64,
    metrics: Metrics,
}

impl Trainer {
    /// Trains all variables of `weights`, in place: whoever shares them sees each update.
    pub fn new(config: &Config, weights: &Weights, params: TrainParams) -> Result<Self> {
        let network = Network::in_precision(config, weights, params.precision)?;
        let policy = Policy::Full {
            weights: weights.clone(),
            network: Box::new(network),
        };
        Self::start(config, policy, weights, params)
    }

    /// Trains adapters alone.
    pub fn adapted(config: &Config, lora: Lora, params: TrainParams) -> Result<Self> {
        let adapters = lora.adapters().clone();
        Self::start(config, Policy::Adapted(lora), &adapters, params)
    }

    fn start(
        config: &Config,
        policy: Policy,
        trainable: &Weights,
        params: TrainParams,
    ) -> Result<Self> {
        let slots: Vec<Slot> = trainable
            .vars()
            .into_iter()
            .map(|(name, var)| Slot::new(name, var, &params.optimiser))
            .collect::<Result<_>>()?;
        if slots.is_empty() {
            return Err(Error::Argument(
                "the weights hold no variable; load them as trainable".into(),
            ));
        }
        let replicas = Replicas::new(params.threads)?;
        Ok(Self {
            config: config.clone(),
            params,
            policy,
            slots,
            replicas,
            step: 0,
        })
    }

    /// Steps taken so far.
    pub fn step_count(&self) -> u64 {
        self.step
    }

    /// How to train; may change between steps.
    pub fn params_mut(&mut self) -> &mut TrainParams {
        &mut self.params
    }

    /// The weights as an ordinary network has them: shared with this trainer, or, with adapters, a
    /// merged copy.
    pub fn weights(&self) -> Result<Weights> {
        match &self.policy {
            Policy::Full { weights, .. } => Ok(weights.clone()),
            Policy::Adapted(lora) => lora.merged(),
        }
    }

    /// The adapters, where they alone are trained.
    pub fn adapters(&self) -> Option<&Lora> {
        match &self.policy {
            Policy::Full { .. } => None,
            Policy::Adapted(lora) => Some(lora),
        }
    }

    /// One update along the gradient of `objective` over `batch`.
    pub fn step<O: Objective>(&mut self, objective: &O, batch: &[O::Item]) -> Result<StepReport> {
        if batch.is_empty() {
            return Err(Error::Argument(
                "a training step needs at least one item".into(),
            ));
        }
        let (mut sum, tokens) = self.gradients(objective, batch)?;
        let gradients = std::mem::take(&mut sum.gradients);
        let pool = self.replicas.pool(self.slots[0].var.device());
        let squares = pool.install(|| norm_squares(&gradients))?;
        let norm = squares.iter().sum::<f64>().sqrt();
        let rate = self.params.schedule.rate(self.step);
        let not_finite = squares.iter().position(|square| !square.is_finite());
        let skipped = not_finite.map(|index| self.slots[index].name.clone());
        let sound = skipped.is_none();
        if sound {
            let clip = self.params.clip_norm;
            let scale = if clip > 0.0 && norm > clip {
                clip / norm
            } else {
                1.0
            };
            let optimiser = &self.params.optimiser;
            let update = |(slot, gradient): (&mut Slot, &Option<Tensor>)| match gradient {
                Some(gradient) => slot.update(gradient, scale, rate, optimiser),
                None => Ok(()),
            };
            let slots = self.slots.par_iter_mut().zip(&gradients);
            pool.install(|| slots.try_for_each(update))?;
        }
        self.step += 1;
        Ok(StepReport {
            step: self.step - 1,
            loss: sum.loss,
            balance_loss: sum.balance_loss,
            gradient_norm: norm,
            rate,
            tokens,
            skipped,
            metrics: sum.metrics.all(),
        })
    }

    /// The summed gradients of a batch, in the order of the variables, and its tokens.
    fn gradients<O: Objective>(&self, objective: &O, batch: &[O::Item]) -> Result<(Part, usize)> {
        let plan = Plan::new(objective, batch, self.params.micro_batch_tokens);
        let pool = self.replicas.pool(self.slots[0].var.device());
        let mut sum: Option<Part> = None;
        self.replicas.run(
            plan.micro_batches.len(),
            |index| self.part(objective, batch, &plan, index),
            |part| {
                match &mut sum {
                    None => sum = Some(part),
                    Some(sum) => pool.install(|| sum.add(part))?,
                }
                Ok(())
            },
        )?;
        Ok((sum.expect("a batch has a micro-batch"), plan.tokens))
    }

    fn part<O: Objective>(
        &self,
        objective: &O,
        batch: &[O::Item],
        plan: &Plan,
        index: usize,
    ) -> Result<Part> {
        let items = plan.items(batch, index);
        let sequences: Vec<_> = items
            .iter()
            .flat_map(|(i, _)| objective.sequences(i))
            .collect();
        let network = self.policy.network(&self.config, self.params.precision)?;
        let outputs = Outputs::new(&network, &sequences)?;
        let judgements = outputs.judge(objective, &items);
        let mut loss = outputs.surrogate(&judgements, plan.share)?;
        let mut balance_loss = 0.0;
        if let Some(balance) = &outputs.forward.balance_loss {
            // A mean over a micro-batch's sequences becomes its part of the mean over the batch's.
            let part = (balance * (sequences.len() as f64 / plan.sequences as f64))?;
            balance_loss = f64::from(part.detach().to_dtype(DType::F32)?.to_scalar::<f32>()?);
            loss = (loss + part.to_dtype(DType::F32)?)?;
        }
        let mut store = loss.backward()?;
        let gradients = self
            .slots
            .iter()
            .map(|slot| store.remove(slot.var.as_tensor()))
            .collect();
        let mut part = Part {
            gradients,
            loss: 0.0,
            balance_loss,
            metrics: Metrics::default(),
        };
        for judgement in judgements {
            part.loss += judgement.loss * plan.share;
            part.metrics.note(&judgement, 1.0 / batch.len() as f64);
        }
        Ok(part)
    }

    /// Loss and outputs of a batch without an update; outputs per item and sequence.
    pub fn evaluate<O: Objective>(&self, objective: &O, batch: &[O::Item]) -> Result<Evaluation> {
        let weights = self.weights()?.frozen();
        let network = Network::in_precision(&self.config, &weights, self.params.precision)?;
        evaluate_on(
            &self.replicas,
            &network,
            objective,
            batch,
            self.params.micro_batch_tokens,
        )
    }
}

impl Part {
    /// The current pool's threads share the gradients.
    fn add(&mut self, other: Self) -> Result<()> {
        let pairs = self.gradients.par_iter_mut().zip(other.gradients);
        pairs.try_for_each(|(sum, gradient)| {
            *sum = match (sum.take(), gradient) {
                (Some(a), Some(b)) => Some(optimiser::add(a, &b)?),
                (a, b) => a.or(b),
            };
            Ok::<_, Error>(())
        })?;
        self.loss += other.loss;
        self.balance_loss += other.balance_loss;
        self.metrics.add(other.metrics);
        Ok(())
    }
}

/// The numbers that an objective gives, over the items seen so far.
#[derive(Default)]
struct Metrics {
    means: BTreeMap<&'static str, f64>,
    peaks: BTreeMap<&'static str, f64>,
}

impl Metrics {
    /// Takes an item's, which has this weight in the means.
    fn note(&mut self, judgement: &Judgement, weight: f64) {
        for (name, value) in &judgement.metrics {
            *self.means.entry(name).or_default() += value * weight;
        }
        self.raise(judgement.peaks.iter().copied());
    }

    fn add(&mut self, other: Self) {
        for (name, value) in other.means {
            *self.means.entry(name).or_default() += value;
        }
        self.raise(other.peaks.into_iter());
    }

    fn raise(&mut self, peaks: impl Iterator<Item = (&'static str, f64)>) {
        for (name, value) in peaks {
            let peak = self.peaks.entry(name).or_insert(value);
            *peak = peak.max(value);
        }
    }

    fn all(mut self) -> BTreeMap<&'static str, f64> {
        self.means.append(&mut self.peaks);
        self.means
    }
}

/// What a network says of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The objective's loss.
    pub loss: f64,
    /// The objective's own numbers: means over the items, and peaks.
    pub metrics: BTreeMap<&'static str, f64>,
    /// For each item, each sequence's outputs: log-probabilities, or one score.
    pub outputs: Vec<Vec<Vec<f32>>>,
}

/// Loss and outputs under any network, as a reference policy's log-probabilities; its weights
/// should be frozen, else a graph is built for nothing.
pub fn evaluate<O: Objective>(
    network: &Network,
    objective: &O,
    batch: &[O::Item],
    params: &TrainParams,
) -> Result<Evaluation> {
    let replicas = Replicas::new(params.threads)?;
    evaluate_on(
        &replicas,
        network,
        objective,
        batch,
        params.micro_batch_tokens,
    )
}

fn evaluate_on<O: Objective>(
    replicas: &Replicas,
    network: &Network,
    objective: &O,
    batch: &[O::Item],
    limit: usize,
) -> Result<Evaluation> {
    let plan = Plan::new(objective, batch, limit);
    let mut metrics = Metrics::default();
    let mut evaluation = Evaluation {
        loss: 0.0,
        metrics: BTreeMap::new(),
        outputs: vec![Vec::new(); batch.len()],
    };
    let work = |index: usize| {
        let items = plan.items(batch, index);
        let sequences: Vec<_> = items
            .iter()
            .flat_map(|(i, _)| objective.sequences(i))
            .collect();
        let outputs = Outputs::new(network, &sequences)?;
        let numbers: Vec<Vec<f32>> = (0..sequences.len()).map(|i| outputs.of(i).into()).collect();
        let judgements = outputs.judge(objective, &items);
        Ok((index, numbers, judgements))
    };
    replicas.run(
        plan.micro_batches.len(),
        work,
        |(index, numbers, judgements)| {
            let mut numbers = numbers.into_iter();
            for (&item, judgement) in plan.micro_batches[index].iter().zip(judgements) {
                evaluation.outputs[item] = numbers.by_ref().take(plan.sizes[item].len()).collect();
                evaluation.loss += judgement.loss * plan.share;
                metrics.note(&judgement, 1.0 / batch.len() as f64);
            }
            Ok(())
        },
    )?;
    evaluation.metrics = metrics.all();
    Ok(evaluation)
}

/// How a batch is divided.
struct Plan {
    sizes: Vec<Vec<usize>>,
    micro_batches: Vec<Vec<usize>>,
    share: f64,
    sequences: usize,
    tokens: usize,
}

impl Plan {
    fn new<O: Objective>(objective: &O, batch: &[O::Item], limit: usize) -> Self {
        let lengths = |item| {
            objective
                .sequences(item)
                .iter()
                .map(|s| s.tokens.len())
                .collect()
        };
        let sizes: Vec<Vec<usize>> = batch.iter().map(lengths).collect();
        Self {
            micro_batches: packing::micro_batches(&sizes, limit),
            share: objective.share(batch),
            sequences: sizes.iter().map(Vec::len).sum(),
            tokens: sizes.iter().flatten().sum(),
            sizes,
        }
    }

    fn items<'a, T>(&self, batch: &'a [T], index: usize) -> Vec<(&'a T, usize)> {
        self.micro_batches[index]
            .iter()
            .map(|&i| (&batch[i], self.sizes[i].len()))
            .collect()
    }
}

/// Each gradient's sum of squares, 0 where there is none. The CPU's threads share the gradients. A
/// device computes them where they lie, and they come to the CPU together.
fn norm_squares(gradients: &[Option<Tensor>]) -> Result<Vec<f64>> {
    if gradients.iter().flatten().all(|g| g.device().is_cpu()) {
        let square =
            |g: &Option<Tensor>| g.as_ref().map_or(Ok(0.0), |g| with_numbers(g, norm_square));
        return gradients.par_iter().map(square).collect();
    }
    let square = |g: &Tensor| g.detach().to_dtype(DType::F32)?.sqr()?.sum_all();
    let squares = gradients.iter().flatten().map(square);
    let squares: Vec<Tensor> = squares.collect::<candle_core::Result<_>>()?;
    let mut found = Tensor::stack(&squares, 0)?.to_vec1::<f32>()?.into_iter();
    let of = |g: &Option<Tensor>| {
        g.as_ref()
            .map_or(0.0, |_| f64::from(found.next().unwrap_or_default()))
    };
    Ok(gradients.iter().map(of).collect())
}

/// The sum of squares, in double precision per piece of fixed size.
fn norm_square(numbers: &[f32]) -> f64 {
    numbers
        .chunks(256)
        .map(|piece| {
            let (lanes, rest) = piece.as_chunks::<16>();
            let mut sums = [0.0_f32; 16];
            for lane in lanes {
                for i in 0..16 {
                    sums[i] += lane[i] * lane[i];
                }
            }
            f64::from(sums.iter().sum::<f32>() + rest.iter().map(|x| x * x).sum::<f32>())
        })
        .sum()
}
