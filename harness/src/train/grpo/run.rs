//! The loop: steps of sampling, judging and learning, with measurements and checkpoints between
//! them.
//!
//! Everything that a step depends on is in the checkpoint: weights, optimiser, the number of the
//! step and of prompts drawn, a reference policy that is not the first one, and a reward model that is
//! trained on with what it has seen. Random streams are named by (run, step, prompt, rollout), so a
//! run that goes on takes the very steps that it would have taken.

mod start;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use model::metrics::MetricsWriter;
use model::sampler::{SamplingParams, Seed};
use model::train::{Grpo, Rollout as Item, Schedule, StepReport, TrainParams, Trainer};
use model::{Checkpoint, DType, Network, Tokenizer};
use problems::Suite;

use super::config::{GrpoConfig, Overlong, Variant};
use super::held_out::AsPaid;
use super::numbers::{float, of_groups, of_updates};
use super::reference::{REFERENCE, Reference};
use super::refresh::Refresh;
use super::rewards::Judge;
use super::{Group, dump};
use crate::commands::Failure;
use crate::console::Console;
use crate::judge::{Plan, Session};
use crate::sampling::Policy;
use crate::train::collect::{Collected, Collector, Draw, Spent};
use crate::train::data::shuffled;
use crate::train::folder::{Folder, Place};
use crate::train::measure::{Measure, Measured, Subject};
use crate::train::request::{Clock, Ended, due};
use crate::train::scorer::Scorer;

pub(in crate::train) use self::start::train;

/// A training under way.
struct Run<'a> {
    config: &'a GrpoConfig,
    folder: Folder,
    start: Checkpoint,
    suite: Suite,
    plans: Vec<Plan>,
    /// The cases of each problem that the reward sees, and the same of those that are measured.
    kept: Vec<Vec<usize>>,
    kept_held_out: Vec<Vec<usize>>,
    prompts: Vec<Vec<u32>>,
    policy: Policy,
    reference: Option<Reference>,
    refresh: Option<Refresh<'a>>,
    scorer: Option<Scorer>,
    trainer: Trainer,
    params: TrainParams,
    objective: Grpo,
    sampling: SamplingParams,
    measure: Option<Measure>,
    session: Session,
    metrics: MetricsWriter,
    clock: Clock,
    place: Place,
    loss: f64,
    measured: Vec<(&'static str, f64)>,
}

impl Run<'_> {
    fn go(mut self, halt: &AtomicBool, console: &Console) -> Result<Ended, Failure> {
        let steps = self.config.optimiser.steps;
        let bar = console.bar(usize::try_from(steps).unwrap_or(usize::MAX), "training");
        bar.set_position(self.place.steps);
        bar.reset_eta();
        let mut stopped = false;
        loop {
            let taken = self.place.steps;
            let end = taken >= steps;
            let every = self.config.evaluation.as_ref().map_or(0, |e| e.every);
            if !self.place.measured && (taken == 0 || end || due(taken, every)) {
                let measured = bar.suspend(|| self.measure(halt, console))?;
                self.place.measured = measured;
                stopped = !measured;
            }
            stopped |= halt.load(Ordering::Relaxed);
            if end || (stopped && taken > 0) || due(taken, self.config.checkpoint.every) {
                self.save()?;
            }
            if end || stopped {
                break;
            }
            let Some(says) = self.step(halt)? else {
                // The step was given up and will be taken again.
                stopped = true;
                if taken > 0 {
                    self.save()?;
                }
                break;
            };
            bar.set_message(says);
            bar.inc(1);
        }
        bar.finish_and_clear();
        let ended = interrupted(self.config, &self.place, &self.clock);
        Ok(Ended {
            interrupted: stopped,
            loss: self.loss,
            measured: self.measured,
            ..ended
        })
    }

    /// Takes a step; `None` where `halt` was set before its end. What it says is for the bar.
    fn step(&mut self, halt: &AtomicBool) -> Result<Option<String>, Failure> {
        let begun = Instant::now();
        let step = self.place.steps + 1;
        let Some((mut groups, draws, spent)) = self.gather(step, halt)? else {
            return Ok(None);
        };
        self.choose(&mut groups);
        let rate = self.config.optimiser.rates().rate(step - 1);
        let reports = self.learn(&groups, rate)?;
        if self.config.loss.variant != Variant::Rft {
            self.policy.refresh(&self.trainer.weights()?.frozen())?;
        }
        self.place.steps = step;
        self.place.draws = draws;
        self.place.measured = false;
        if due(step, self.config.loss.reference_every) && self.reference.is_some() {
            let (shape, weights) = (&self.start.config, self.trainer.weights()?);
            self.reference = Some(Reference::copy(shape, &weights, self.params.precision)?);
        }
        dump::write(&self.folder.rollouts(step), step, &groups, &self.suite)?;
        let mut numbers = self.numbers(&groups, &reports, rate);
        if let Some(refresh) = &mut self.refresh
            && refresh.hear(step, &groups)
        {
            let refreshing = Instant::now();
            numbers.extend(refresh.learn()?);
            numbers.push(("seconds_refreshing", refreshing.elapsed().as_secs_f64()));
            self.scorer = Some(refresh.scorer()?);
        }
        let whole = begun.elapsed().as_secs_f64();
        self.note(step, numbers, &groups, spent, whole).map(Some)
    }

    /// Samples and judges until there are enough groups; with the number of prompts drawn so far.
    fn gather(
        &mut self,
        step: u64,
        halt: &AtomicBool,
    ) -> Result<Option<(Vec<Group>, u64, Spent)>, Failure> {
        let p = &self.config.prompts;
        let sampling = SamplingParams {
            seed: Seed {
                run: self.config.seed,
                step,
            },
            ..self.sampling.clone()
        };
        let collector = Collector {
            suite: &self.suite,
            plans: &self.plans,
            prompts: &self.prompts,
            policy: &self.policy,
            reference: (self.config.loss.beta > 0.0)
                .then_some(self.reference.as_ref())
                .flatten()
                .map(|reference| &reference.network),
            scorer: self.scorer.as_ref(),
            params: &self.params,
            group: p.group,
            overlap: self.config.sampling.overlap,
        };
        let judge = Judge {
            config: self.config,
            rule: self.config.rule(),
            suite: &self.suite,
            kept: &self.kept,
        };
        let (mut groups, mut spent) = (Vec::new(), Spent::default());
        let mut next = self.place.draws;
        for _ in 0..=p.dynamic_rounds {
            let asked = draws(
                self.config.seed,
                next,
                p.per_step,
                self.suite.problems.len(),
            );
            next += p.per_step as u64;
            let found = collector.collect(&mut self.session, &asked, &sampling, halt)?;
            let Some((collected, of_round)) = found else {
                return Ok(None);
            };
            spent.sampling += of_round.sampling;
            spent.judging += of_round.judging;
            spent.programs += of_round.programs;
            groups.extend(judge.groups(collected, &self.prompts, step));
            let useful = groups.iter().filter(|group| group.has_signal()).count();
            if useful >= p.per_step {
                break;
            }
        }
        Ok(Some((groups, next, spent)))
    }

    /// Marks the rollouts that the updates learn from.
    fn choose(&self, groups: &mut [Group]) {
        let p = &self.config.prompts;
        let mut room = p.per_step;
        for group in groups {
            let wanted = p.dynamic_rounds == 0 || group.has_signal();
            if !wanted || room == 0 {
                continue;
            }
            room -= 1;
            for rollout in &mut group.rollouts {
                let masked = self.config.sampling.overlong == Overlong::Mask && rollout.truncated();
                rollout.learned = rollout.advantage.is_some() && !masked;
            }
        }
    }

    /// The updates of a step.
    fn learn(&mut self, groups: &[Group], rate: f64) -> Result<Vec<StepReport>, Failure> {
        self.trainer.params_mut().schedule = Schedule::constant(rate);
        let used: Vec<&Group> = groups
            .iter()
            .filter(|group| group.rollouts.iter().any(|r| r.learned))
            .collect();
        let o = &self.config.optimiser;
        let part = used.len().div_ceil(o.minibatches).max(1);
        let mut reports = Vec::new();
        for _ in 0..o.epochs {
            for groups in used.chunks(part) {
                let items: Vec<Item> = groups.iter().flat_map(|group| items(group)).collect();
                reports.push(self.trainer.step(&self.objective, &items)?);
            }
        }
        Ok(reports)
    }

    fn numbers(
        &self,
        groups: &[Group],
        reports: &[StepReport],
        rate: f64,
    ) -> Vec<(&'static str, f64)> {
        let mut numbers = of_updates(reports, rate, &self.start.config);
        numbers.extend(of_groups(groups));
        numbers
    }

    /// Writes a step's numbers.
    fn note(
        &mut self,
        step: u64,
        mut numbers: Vec<(&'static str, f64)>,
        groups: &[Group],
        spent: Spent,
        whole: f64,
    ) -> Result<String, Failure> {
        let rollouts = groups.iter().flat_map(|group| &group.rollouts);
        let tokens: usize = rollouts.map(|r| r.completion.tokens.len()).sum();
        self.place.tokens += tokens as u64;
        let (seconds, cpu_seconds) = self.clock.spent();
        numbers.extend([
            ("programs_judged", float(spent.programs)),
            ("seconds_sampling", spent.sampling),
            ("seconds_judging", spent.judging),
            (
                "seconds_training",
                (whole - spent.sampling - spent.judging).max(0.0),
            ),
            ("tokens_per_second", float(tokens) / whole.max(1e-9)),
            ("seconds", seconds),
            ("cpu_seconds", cpu_seconds),
        ]);
        self.write(step, &numbers)?;
        let of = |wanted: &str| numbers.iter().find(|(name, _)| *name == wanted);
        let of = |wanted: &str| of(wanted).map_or(f64::NAN, |(_, value)| *value);
        self.loss = of("loss");
        Ok(format!(
            "reward {:.3}  passed {:.3}  KL {:.3}",
            of("reward_mean"),
            of("pass_rate_gold"),
            of("kl")
        ))
    }

    fn write(&mut self, step: u64, numbers: &[(&str, f64)]) -> Result<(), Failure> {
        self.metrics
            .write(step, numbers)
            .map_err(|error| Failure::cannot_run(error.to_string()))
    }

    /// Measures the policy and writes what was found; whether it came to its end.
    fn measure(&mut self, halt: &AtomicBool, console: &Console) -> Result<bool, Failure> {
        let Some(measure) = &self.measure else {
            return Ok(true);
        };
        let shape = &self.start.config;
        let weights = self.trainer.weights()?.frozen();
        let own;
        let policy = if self.config.loss.variant == Variant::Rft {
            own = Policy::new(shape, &weights, tokenizer_of(&self.start))?;
            &own
        } else {
            &self.policy
        };
        let network = Network::new(shape, &weights)?;
        let subject = Subject {
            policy,
            network: &network,
            params: &self.params,
        };
        let Some(mut found) = measure.run(&mut self.session, &subject, halt, console)? else {
            return Ok(false);
        };
        let paid = self.paid(measure.suite(), &mut found)?;
        found.numbers.extend_from_slice(&paid.numbers);
        paid.put(&mut found.line);
        let (seconds, cpu_seconds) = self.clock.spent();
        let taken = self.place.steps;
        console.note(format!(
            "step {taken} of {}: {}, {seconds:.0} s ({cpu_seconds:.0} s of CPU)",
            self.config.optimiser.steps, found.says
        ));
        self.folder.note_evaluation(&found.line(taken))?;
        self.measured = found.numbers;
        Ok(true)
    }

    /// How the reward would pay the samples of a measurement.
    fn paid(&self, suite: &Suite, found: &mut Measured) -> Result<AsPaid, Failure> {
        if let Some(scorer) = &self.scorer {
            let text = |one: &Collected| {
                let prompt = &found.prompts[one.draw.problem];
                [&prompt[..], &one.completion.tokens].concat()
            };
            let texts = found.samples.iter().map(text).collect();
            let opinions = scorer.rewards(texts, &self.params)?;
            for (one, opinion) in found.samples.iter_mut().zip(opinions) {
                one.opinion = Some(opinion);
            }
        }
        let judge = Judge {
            config: self.config,
            rule: self.config.rule(),
            suite,
            kept: &self.kept_held_out,
        };
        // As of step 0, so that fresh noise is the same in every measurement.
        let samples = std::mem::take(&mut found.samples);
        let groups = judge.groups(samples, &found.prompts, 0);
        let name = |problem: usize| suite.problems[problem].id.as_str().to_owned();
        Ok(AsPaid::of(&groups, name))
    }

    fn save(&mut self) -> Result<(), Failure> {
        (self.place.seconds, self.place.cpu_seconds) = self.clock.spent();
        if let Some(reference) = &self.reference {
            self.place.reference.clone_from(&reference.digest);
        }
        let moved = self.config.loss.reference_every > 0;
        let moved = self.reference.as_ref().filter(|_| moved);
        let reference = moved.map(|reference| Checkpoint {
            weights: reference.weights.clone(),
            ..self.start.clone()
        });
        let refresh = self.refresh.as_ref();
        let write = |staging: &Path| {
            if let Some(reference) = &reference {
                reference.save(&staging.join(REFERENCE), DType::F32)?;
            }
            refresh.map_or(Ok(()), |refresh| refresh.save(staging))
        };
        let (trainer, seed) = (&self.trainer, self.config.seed);
        self.folder
            .save(&self.start, trainer, seed, &self.place, write)
    }
}

fn tokenizer_of(checkpoint: &Checkpoint) -> &Tokenizer {
    let tokenizer = checkpoint.tokenizer.as_ref();
    tokenizer.expect("a start without a tokenizer is refused")
}

/// A run that was interrupted before its first step.
fn interrupted(config: &GrpoConfig, place: &Place, clock: &Clock) -> Ended {
    let (seconds, cpu_seconds) = clock.spent();
    Ended {
        interrupted: true,
        step: place.steps,
        steps: config.optimiser.steps,
        tokens: place.tokens,
        loss: f64::NAN,
        seconds,
        cpu_seconds,
        measured: Vec::new(),
    }
}

/// The next prompts, from number `from` on: pass after pass, each in an order of its own.
fn draws(seed: u64, from: u64, count: usize, problems: usize) -> Vec<Draw> {
    let many = problems as u64;
    let mut pass: Option<(u64, Vec<usize>)> = None;
    let draw = |number: u64| {
        let wanted = number / many;
        if pass.as_ref().is_none_or(|(known, _)| *known != wanted) {
            pass = Some((wanted, shuffled(seed, wanted, problems)));
        }
        let (_, order) = pass.as_ref().expect("it was made above");
        let place = usize::try_from(number % many).expect("below the number of problems");
        Draw {
            number,
            problem: order[place],
        }
    };
    (from..from + count as u64).map(draw).collect()
}

/// What the updates learn from a group.
fn items(group: &Group) -> impl Iterator<Item = Item> + '_ {
    let learned = group.rollouts.iter().filter(|r| r.learned);
    learned.map(|rollout| {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "an advantage is a small number"
        )]
        let advantage = rollout.advantage.expect("what is learned has one") as f32;
        Item {
            tokens: [&group.prompt[..], &rollout.completion.tokens].concat(),
            old_log_probs: rollout.completion.log_probs.clone(),
            reference_log_probs: rollout.reference_log_probs.clone(),
            advantages: vec![advantage],
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pass_asks_every_problem_once_wherever_it_is_taken_up() {
        let all = draws(3, 0, 30, 10);
        for pass in all.chunks(10) {
            let mut problems: Vec<usize> = pass.iter().map(|draw| draw.problem).collect();
            problems.sort_unstable();
            assert_eq!(problems, (0..10).collect::<Vec<_>>());
        }
        let tail: Vec<usize> = draws(3, 7, 9, 10).iter().map(|d| d.problem).collect();
        let same: Vec<usize> = all[7..16].iter().map(|d| d.problem).collect();
        assert_eq!(tail, same);
    }
}
