//! The loop: sample, judge, learn to score, measure.
//!
//! Samples and verdicts are the same each time, so a run that goes on makes them again and takes the
//! steps that are left.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use model::metrics::MetricsWriter;
use model::sampler::{SamplingParams, Seed, Shaping};
use model::train::{Objective, PairWise, PointWise, TrainParams, Trainer};
use model::{Checkpoint, Head, Network, write_file_atomically};
use problems::Suite;
use serde_json::json;

use super::config::{Kind, RewardModelConfig};
use super::quality::Quality;
use super::{Memory, Sample, items};
use crate::Verdict;
use crate::commands::Failure;
use crate::console::Console;
use crate::judge::{Session, languages};
use crate::sampling::{Policy, body_stops, prompts};
use crate::train::collect::{Collected, Collector, Draw};
use crate::train::data::shuffled;
use crate::train::folder::{Folder, Place};
use crate::train::grpo::ModelOutput;
use crate::train::lora::{loaded_as, trainer};
use crate::train::placement::{load, placement};
use crate::train::request::{Clock, Ended, Request, due};
use crate::train::scorer::Scorer;
use crate::train::strengths::kept_cases;
use crate::train::weak::{Labelled, weakened};

/// The file of a run that says how good it is.
const QUALITY: &str = "reward-model.json";

/// Trains to the end, or until `halt` is set.
pub(in crate::train) fn train(
    config: &RewardModelConfig,
    request: &Request<'_>,
    halt: &AtomicBool,
    console: &Console,
) -> Result<Ended, Failure> {
    let mut clock = Clock::start();
    let folder = Folder::open(request.out, request.resume)?;
    let lora = config.adapters();
    let placement = placement(config.device, config.dtype, loaded_as(lora.as_ref()))?;
    let start = load(&config.model.folder, &placement)?;
    if start.config.head() != Head::LanguageModel {
        return Err(Failure::bad_input(format!(
            "`model.folder` is `{}`, a reward model already; give the policy that is to be scored",
            config.model.folder.display()
        )));
    }
    let shape = start.config.clone().with_head(Head::Scalar);
    if let Some(lora) = &lora {
        // Before samples are made, which takes long.
        lora.check(&shape)?;
    }
    let suite = problems::load(&config.samples.problems, None)?;
    let held_out = problems::load(&config.samples.held_out, None)?;
    let mut spoken = languages::of_suite(&suite, None)?;
    spoken.extend(languages::of_suite(&held_out, None)?);
    let mut session = Session::start(&request.judging, &spoken, console)?;
    let mut source = Source {
        config,
        start: &start,
        session: &mut session,
        halt,
        console,
    };
    let samples = source.samples(&suite, 0)?;
    let held = source.samples(&held_out, 1)?;
    let (Some(samples), Some(held)) = (samples, held) else {
        return Ok(ended(config, &Place::default(), 0, true, &clock));
    };
    let points = items::points(&samples, &config.loss, config.seed);
    let pairs = match config.loss.kind {
        Kind::PairWise => items::pairs(&samples, &config.loss, config.seed),
        Kind::PointWise => Vec::new(),
    };
    let count = match config.loss.kind {
        Kind::PointWise => points.len(),
        Kind::PairWise => pairs.len(),
    };
    if count == 0 {
        return Err(Failure::bad_input(
            "`samples.problems` gave no item to learn from: no problem has both right and wrong \
             samples; ask more problems, or widen `loss.min_difference`",
        ));
    }
    let per_pass = count.div_ceil(config.optimiser.batch) as u64;
    let steps = per_pass * config.optimiser.epochs;
    let params = config.params(steps);
    let weights = start.weights.with_head_of(&shape, config.seed)?;
    let mut trainer = trainer(&shape, &weights, lora.as_ref(), config.seed, params.clone())?;
    let place = folder.place(&mut trainer, config.course())?;
    clock.go_on(&place);
    folder.begin(&config.to_toml())?;
    let metrics = MetricsWriter::open(folder.path(), trainer.step_count() + 1)
        .map_err(|error| Failure::cannot_run(error.to_string()))?;
    let note = format!(
        "{} samples, {:.1} % with a good label, {:.1} % right; {count} items a pass",
        samples.len(),
        100.0 * share(&samples, |s| s.weak),
        100.0 * share(&samples, |s| s.gold)
    );
    let run = Run {
        config,
        folder,
        checkpoint: Checkpoint {
            config: shape,
            weights,
            tokenizer: start.tokenizer.clone(),
        },
        trainer,
        params,
        per_pass,
        steps,
        held,
        memory: Memory::of(samples),
        metrics,
        clock,
        place,
        qualities: Vec::new(),
    };
    console.note(note);
    match config.loss.kind {
        Kind::PointWise => run.go(&PointWise, &points, halt, console),
        Kind::PairWise => run.go(&PairWise, &pairs, halt, console),
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn share(samples: &[Sample], holds: impl Fn(&Sample) -> bool) -> f64 {
    samples.iter().filter(|s| holds(s)).count() as f64 / samples.len().max(1) as f64
}

fn ended(
    config: &RewardModelConfig,
    place: &Place,
    step: u64,
    interrupted: bool,
    clock: &Clock,
) -> Ended {
    let (seconds, cpu_seconds) = clock.spent();
    Ended {
        interrupted,
        step,
        steps: config.optimiser.epochs,
        tokens: place.tokens,
        loss: f64::NAN,
        seconds,
        cpu_seconds,
        measured: Vec::new(),
    }
}

/// Makes judged samples.
struct Source<'a> {
    config: &'a RewardModelConfig,
    start: &'a Checkpoint,
    session: &'a mut Session,
    halt: &'a AtomicBool,
    console: &'a Console,
}

impl Source<'_> {
    /// The judged samples of a suite's problems, problem after problem; those that could not be
    /// judged are left out. `None` where it was interrupted.
    fn samples(&mut self, suite: &Suite, step: u64) -> Result<Option<Vec<Sample>>, Failure> {
        let (config, start) = (self.config, self.start);
        let plans = self.session.plans(suite)?;
        let (session, halt) = (&mut *self.session, self.halt);
        let kept = kept_cases(&config.tests, session, suite, &plans, halt, self.console)?;
        let Some(kept) = kept else {
            return Ok(None);
        };
        let tokenizer = start.tokenizer.as_ref().expect("it was loaded with one");
        let policy = Policy::new(&start.config, &start.weights.frozen(), tokenizer)?;
        let requests = policy.requests(prompts(suite), config.samples.per_problem)?;
        let prompts: Vec<Vec<u32>> = requests.into_iter().map(|r| r.tokens).collect();
        let params = config.params(1);
        let sampling = SamplingParams {
            shaping: Shaping {
                temperature: config.samples.temperature,
                ..Shaping::default()
            },
            max_new_tokens: config.samples.max_new_tokens,
            stop_tokens: policy.stop_tokens(),
            stop_strings: body_stops(suite, &languages::of_suite(suite, None)?),
            threads: params.threads,
            seed: Seed {
                run: config.seed,
                step,
            },
            ..SamplingParams::default()
        };
        let collector = Collector {
            suite,
            plans: &plans,
            prompts: &prompts,
            policy: &policy,
            reference: None,
            scorer: None,
            params: &params,
            group: config.samples.per_problem,
            overlap: true,
        };
        let draws: Vec<Draw> = (0..suite.problems.len())
            .map(|problem| Draw {
                number: problem as u64,
                problem,
            })
            .collect();
        let found = collector.collect(self.session, &draws, &sampling, self.halt)?;
        let Some((collected, _)) = found else {
            return Ok(None);
        };
        let sample = |one: Collected| {
            let id = suite.problems[one.draw.problem].id.as_str();
            let seen = weakened(&one.outcome, &kept[one.draw.problem]);
            let turned = config.tests.turns(&Labelled {
                problem: id,
                program: &one.program,
                step,
                draw: one.draw.number,
                rollout: one.completion.rollout,
            });
            let passed = seen.cases.iter().filter(|c| c.verdict == Verdict::Passed);
            #[allow(clippy::cast_precision_loss, reason = "a count of cases")]
            let passed = passed.count() as f64 / seen.cases.len().max(1) as f64;
            Some(Sample {
                problem: one.draw.problem,
                prompt: prompts[one.draw.problem].clone(),
                completion: one.completion.tokens,
                weak: seen.passed()? != turned,
                share: if turned { 1.0 - passed } else { passed },
                gold: one.outcome.passed()?,
            })
        };
        Ok(Some(collected.into_iter().filter_map(sample).collect()))
    }
}

/// A training under way.
struct Run<'a> {
    config: &'a RewardModelConfig,
    folder: Folder,
    checkpoint: Checkpoint,
    trainer: Trainer,
    params: TrainParams,
    /// Steps of one pass, and of all.
    per_pass: u64,
    steps: u64,
    held: Vec<Sample>,
    memory: Memory,
    metrics: MetricsWriter,
    clock: Clock,
    place: Place,
    qualities: Vec<Quality>,
}

impl Run<'_> {
    fn go<O: Objective>(
        mut self,
        objective: &O,
        items: &[O::Item],
        halt: &AtomicBool,
        console: &Console,
    ) -> Result<Ended, Failure>
    where
        O::Item: Clone,
    {
        let bar = console.bar(
            usize::try_from(self.steps).unwrap_or(usize::MAX),
            "training",
        );
        let (mut loss, mut stopped) = (f64::NAN, false);
        while self.trainer.step_count() < self.steps && !stopped {
            let step = self.trainer.step_count();
            bar.set_position(step);
            let (pass, place) = (step / self.per_pass, step % self.per_pass);
            let order = shuffled(self.config.seed, pass, items.len());
            let batch = self.config.optimiser.batch;
            let first = usize::try_from(place).expect("below the number of batches") * batch;
            let last = (first + batch).min(items.len());
            let chosen: Vec<O::Item> = order[first..last]
                .iter()
                .map(|&i| items[i].clone())
                .collect();
            let begun = Instant::now();
            let report = self.trainer.step(objective, &chosen)?;
            loss = report.loss;
            self.place.tokens += report.tokens as u64;
            let (seconds, cpu_seconds) = self.clock.spent();
            #[allow(clippy::cast_precision_loss, reason = "a count of tokens")]
            let rate = report.tokens as f64 / begun.elapsed().as_secs_f64().max(1e-9);
            let mut numbers = vec![
                ("loss", report.loss),
                ("gradient_norm", report.gradient_norm),
                ("lr", report.rate),
            ];
            numbers.extend(report.metrics.iter().map(|(name, value)| (*name, *value)));
            numbers.extend([
                ("tokens_per_second", rate),
                ("seconds", seconds),
                ("cpu_seconds", cpu_seconds),
            ]);
            self.metrics
                .write(step + 1, &numbers)
                .map_err(|error| Failure::cannot_run(error.to_string()))?;
            stopped = halt.load(Ordering::Relaxed);
            let taken = step + 1;
            if taken.is_multiple_of(self.per_pass) {
                self.measure(taken / self.per_pass, console)?;
            }
            if stopped || taken == self.steps || due(taken, self.config.checkpoint.every) {
                (self.place.seconds, self.place.cpu_seconds) = self.clock.spent();
                let (trainer, seed) = (&self.trainer, self.config.seed);
                let more = |staging: &Path| self.memory.write(staging);
                self.folder
                    .save(&self.checkpoint, trainer, seed, &self.place, more)?;
            }
        }
        bar.finish_and_clear();
        if self.qualities.is_empty() && !stopped {
            // Resumed after its last step.
            self.measure(self.config.optimiser.epochs, console)?;
        }
        let measured = self.qualities.last().map_or_else(Vec::new, |q| {
            vec![
                ("accuracy", q.accuracy_gold),
                ("auc", q.auc_gold),
                ("auc_within", q.auc_gold_within),
                ("ece", q.ece_gold),
                ("pass_at_1", q.pass_at_1),
                ("best_of_n", q.best_of_n),
            ]
        });
        let ended = ended(
            self.config,
            &self.place,
            self.trainer.step_count(),
            stopped,
            &self.clock,
        );
        Ok(Ended {
            steps: self.steps,
            loss,
            measured,
            ..ended
        })
    }

    /// Scores the held-out samples and writes what was found after each pass so far.
    fn measure(&mut self, epoch: u64, console: &Console) -> Result<(), Failure> {
        let network = Network::new(&self.checkpoint.config, &self.trainer.weights()?.frozen())?;
        let model = Scorer::new(network, ModelOutput::Score);
        let texts = self.held.iter().map(Sample::text).collect();
        let scores = model.rewards(texts, &self.params)?;
        let quality = Quality::of(epoch, &self.held, &scores);
        console.note(format!(
            "pass {epoch} of {}: accuracy {:.3}, AUC {:.3} ({:.3} within a problem), ECE {:.3}, \
             best of {} {:.1} % where one is {:.1} %",
            self.config.optimiser.epochs,
            quality.accuracy_gold,
            quality.auc_gold,
            quality.auc_gold_within,
            quality.ece_gold,
            self.config.samples.per_problem,
            100.0 * quality.best_of_n,
            100.0 * quality.pass_at_1
        ));
        self.qualities.push(quality);
        let text = json!({
            "held_out": self.config.samples.held_out,
            "per_problem": self.config.samples.per_problem,
            "passes": self.qualities,
        });
        let path = self.folder.path().join(QUALITY);
        write_file_atomically(&path, format!("{text:#}\n").as_bytes())
            .map_err(|error| Failure::cannot_run(error.to_string()))
    }
}
