//! Training the reward model on while the policy learns from it.
//!
//! A reward model knows the answers of the policy that it was trained on, and as that moves it is
//! asked about others. So every so many steps it learns from the rollouts since, with the labels of
//! the tests that the reward sees, and from a share of earlier ones, so that it does not forget
//! (DeepSeekMath, arXiv 2402.03300, 4.1.4), what it was first trained on among them. Its moments start
//! anew each time: it is another set of items.

use std::path::Path;

use model::train::{Objective, PairWise, PointWise, Schedule, TrainParams, Trainer};
use model::{Checkpoint, DType, Placement, Tokenizer, Training};
use serde::{Deserialize, Serialize};

use super::Group;
use super::config::{GrpoConfig, ModelOutput};
use super::numbers::{Number, float};
use crate::commands::Failure;
use crate::train::data::shuffled;
use crate::train::folder::Folder;
use crate::train::reward_model::{Kind, Loss, Memory, Quality, Sample, pairs, points};
use crate::train::scorer::{Scorer, load_reward_model};
use crate::train::sections::{from_one, from_zero, share};

/// Where the reward model lies in a checkpoint.
const MODEL: &str = "reward-model";

/// When and how a reward model is trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshConfig {
    /// Steps from one to the next.
    pub(crate) every: u64,
    /// Share of what is learned from that is earlier.
    #[serde(default = "tenth")]
    pub(crate) replay: f64,
    /// Passes over the items.
    #[serde(default = "once")]
    pub(crate) epochs: u64,
    /// Items of an update.
    #[serde(default = "sixty_four")]
    pub(crate) batch: usize,
    #[serde(default = "rate")]
    pub(crate) lr: f64,
    #[serde(default)]
    pub(crate) loss: Loss,
}

fn tenth() -> f64 {
    0.1
}

fn once() -> u64 {
    1
}

fn sixty_four() -> usize {
    64
}

fn rate() -> f64 {
    1e-4
}

impl RefreshConfig {
    pub(super) fn check(&self) -> Result<(), String> {
        from_one("refresh.every", self.every > 0)?;
        share("refresh.replay", self.replay)?;
        if self.replay >= 1.0 {
            return Err(
                "`refresh.replay` is 1, which leaves no room for new rollouts; give less".into(),
            );
        }
        from_one("refresh.epochs", self.epochs > 0)?;
        from_one("refresh.batch", self.batch > 0)?;
        from_zero("refresh.lr", self.lr)?;
        share("refresh.loss.mismatched", self.loss.mismatched)
    }
}

/// A reward model that is trained on.
pub(super) struct Refresh<'a> {
    config: &'a RefreshConfig,
    output: ModelOutput,
    seed: u64,
    params: TrainParams,
    model: Checkpoint,
    memory: Memory,
}

impl<'a> Refresh<'a> {
    /// The one of a training that begins, or that goes on from its checkpoint; `None` where the
    /// configuration asks for none.
    pub(super) fn find(
        config: &'a GrpoConfig,
        folder: Option<&Folder>,
        policy: &Tokenizer,
        placement: &Placement,
    ) -> Result<Option<Self>, Failure> {
        let (Some(refresh), Some(first)) = (&config.refresh, &config.reward.model) else {
            return Ok(None);
        };
        let own = folder.map(|folder| folder.checkpoint().join(MODEL));
        let model = own.as_ref().unwrap_or(first);
        let mut memory = Memory::read(model)?;
        if own.is_none() {
            memory.begin();
        }
        let trainable = Placement {
            training: Training::Trainable,
            ..placement.clone()
        };
        Ok(Some(Self {
            config: refresh,
            output: config.reward.model_output,
            seed: config.seed,
            params: TrainParams {
                schedule: Schedule::constant(refresh.lr),
                ..config.params()
            },
            model: load_reward_model(model, policy, &trainable)?,
            memory,
        }))
    }

    /// What scores rollouts until the next time.
    pub(super) fn scorer(&self) -> Result<Scorer, Failure> {
        Scorer::of(&self.model, self.output)
    }

    /// Takes in the judged rollouts of a step, which was its number `step`; whether it is time to
    /// learn from them.
    pub(super) fn hear(&mut self, step: u64, groups: &[Group]) -> bool {
        self.memory.fresh.extend(groups.iter().flat_map(samples));
        step.is_multiple_of(self.config.every)
    }

    /// Learns; what a step says of that.
    pub(super) fn learn(&mut self) -> Result<Vec<Number>, Failure> {
        let fresh = std::mem::take(&mut self.memory.fresh);
        let before = self.quality(&fresh)?;
        let replayed = self
            .memory
            .replayed(self.config.replay, fresh.len(), self.seed);
        let mut chosen: Vec<Sample> = fresh.iter().chain(&replayed).cloned().collect();
        number_by_prompt(&mut chosen);
        let (loss, seed) = (&self.config.loss, self.seed.wrapping_add(self.memory.taken));
        let (items, learned) = match loss.kind {
            Kind::PointWise => self.passes(&PointWise, &points(&chosen, loss, seed))?,
            Kind::PairWise => self.passes(&PairWise, &pairs(&chosen, loss, seed))?,
        };
        let after = self.quality(&fresh)?;
        let numbers = vec![
            ("refresh_rollouts", float(fresh.len())),
            ("refresh_replayed", float(replayed.len())),
            ("refresh_items", float(items)),
            ("refresh_loss", learned),
            ("refresh_accuracy_before", before.accuracy_gold),
            ("refresh_accuracy_after", after.accuracy_gold),
            ("refresh_auc_before", before.auc_gold),
            ("refresh_auc_after", after.auc_gold),
            ("refresh_auc_weak_before", before.auc_weak),
            ("refresh_auc_weak_after", after.auc_weak),
        ];
        self.memory.taken += 1;
        self.memory.put_away(fresh);
        Ok(numbers)
    }

    /// The passes over items, with how many there are and the mean loss of the last pass.
    fn passes<O: Objective>(
        &mut self,
        objective: &O,
        items: &[O::Item],
    ) -> Result<(usize, f64), Failure>
    where
        O::Item: Clone,
    {
        let mut trainer =
            Trainer::new(&self.model.config, &self.model.weights, self.params.clone())?;
        let mut losses = Vec::new();
        for pass in 0..self.config.epochs {
            losses.clear();
            let number = self.memory.taken * self.config.epochs + pass;
            let order = shuffled(self.seed, number, items.len());
            for part in order.chunks(self.config.batch) {
                let part: Vec<O::Item> = part.iter().map(|&i| items[i].clone()).collect();
                losses.push(trainer.step(objective, &part)?.loss);
            }
        }
        self.model.weights = trainer.weights()?;
        Ok((items.len(), crate::results::mean(&losses)))
    }

    fn quality(&self, samples: &[Sample]) -> Result<Quality, Failure> {
        let model = Scorer::of(&self.model, ModelOutput::Score)?;
        let texts = samples.iter().map(Sample::text).collect();
        let scores = model.rewards(texts, &self.params)?;
        Ok(Quality::of(self.memory.taken, samples, &scores))
    }

    /// Writes it into a checkpoint.
    pub(super) fn save(&self, checkpoint: &Path) -> model::Result<()> {
        let own = checkpoint.join(MODEL);
        self.model.save(&own, DType::F32)?;
        self.memory.write(&own)
    }
}

/// The rollouts of a group that have a label.
fn samples(group: &Group) -> impl Iterator<Item = Sample> + '_ {
    group.rollouts.iter().filter_map(|rollout| {
        Some(Sample {
            problem: group.problem,
            prompt: group.prompt.clone(),
            completion: rollout.completion.tokens.clone(),
            weak: rollout.weak?,
            share: rollout.weak_share?,
            gold: rollout.outcome.passed()?,
        })
    })
}

/// Samples of several suites meet here: their prompts tell problems apart, and pairs are made of
/// neighbours.
fn number_by_prompt(samples: &mut [Sample]) {
    samples.sort_by(|a, b| a.prompt.cmp(&b.prompt));
    let problems = samples.chunk_by_mut(|a, b| a.prompt == b.prompt);
    for (number, problem) in problems.enumerate() {
        for sample in problem {
            sample.problem = number;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_of_several_suites_are_told_apart_by_their_prompts() {
        let sample = |problem, prompt, completion| Sample {
            problem,
            prompt: vec![prompt],
            completion: vec![completion],
            weak: true,
            share: 1.0,
            gold: true,
        };
        let mut samples = [sample(7, 2, 1), sample(7, 1, 2), sample(0, 2, 3)];
        number_by_prompt(&mut samples);
        assert_eq!(samples, [sample(0, 1, 2), sample(1, 2, 1), sample(1, 2, 3)]);
    }
}
