//! The loop of supervised training: steps, with metrics, measurements and checkpoints between them.
//!
//! In the metrics, step `k` stands after `k` updates. A measurement comes before a checkpoint of the
//! same step, so a run that resumes there need not repeat it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use model::metrics::MetricsWriter;
use model::train::{LoraParams, NextToken, StepReport, Trainer};
use model::{Checkpoint, Config, DType, Network, Tokenizer, Training, Weights, memory};

use super::config::TrainConfig;
use super::data::{Examples, Row, rows, tokenizer};
use super::folder::{Folder, Place};
use super::lora::{loaded_as, trainer, training_bytes};
use super::measure::{Measure, Subject};
use super::placement::{load, placement};
use super::request::{Clock, Ended, Request, due};
use super::sections::Device;
use crate::commands::Failure;
use crate::console::Console;
use crate::judge::{Session, languages};
use crate::sampling::{Policy, rate};

/// Trains to the end, or until `halt` is set.
pub(super) fn train(
    config: &TrainConfig,
    request: &Request<'_>,
    halt: &AtomicBool,
    console: &Console,
) -> Result<Ended, Failure> {
    // Everything counts: also the rows, the tokenizer and the references of the problems.
    let mut clock = Clock::start();
    let folder = Folder::open(request.out, request.resume)?;
    let rows = rows(&config.data)?;
    let lora = config.adapters();
    let start = starting_point(config, lora.as_ref(), &folder, &rows)?;
    let examples = Examples::new(
        &rows,
        start.tokenizer(),
        &config.data,
        &config.optimiser,
        config.seed,
    )?;
    drop(rows);
    if examples.left_out > 0 {
        console.note(format!(
            "{} rows are longer than {} tokens and were left out",
            examples.left_out, config.data.max_tokens
        ));
    }
    check_memory(config, lora.as_ref(), &start.0.config, &examples)?;
    let steps = examples.step_count(&config.optimiser);
    let mut trainer = trainer(
        &start.0.config,
        &start.0.weights,
        lora.as_ref(),
        config.seed,
        config.params(steps),
    )?;
    let place = folder.place(&mut trainer, config.course())?;
    clock.go_on(&place);
    let measure = match &config.evaluation {
        Some(evaluation) => {
            let suite = problems::load(&evaluation.problems, None)?;
            let spoken = languages::of_suite(&suite, None)?;
            let mut session = Session::start(&request.judging, &spoken, console)?;
            let measure = Measure::start(evaluation, suite, &mut session)?;
            Some((session, measure))
        }
        None => None,
    };
    // The input is known to be good by now: only now is anything written.
    folder.begin(&config.to_toml())?;
    folder.forget_from(trainer.step_count() + 1)?;
    let metrics = MetricsWriter::open(folder.path(), trainer.step_count() + 1)
        .map_err(|error| Failure::cannot_run(error.to_string()))?;
    let run = Run {
        config,
        folder,
        start,
        steps,
        trainer,
        measure,
        metrics,
        clock,
        place,
        loss: f64::NAN,
        measured: Vec::new(),
    };
    run.go(&examples, halt, console)
}

/// A model with its tokenizer.
struct Start(Checkpoint);

impl Start {
    fn tokenizer(&self) -> &Tokenizer {
        self.0
            .tokenizer
            .as_ref()
            .expect("a start without a tokenizer is refused")
    }
}

/// The run's own checkpoint where there is one, else the configuration's folder or a fresh network;
/// for adapters always that folder.
fn starting_point(
    config: &TrainConfig,
    lora: Option<&LoraParams>,
    folder: &Folder,
    rows: &[Row],
) -> Result<Start, Failure> {
    let placement = placement(config.device, config.dtype, loaded_as(lora))?;
    let given = if lora.is_none() && folder.has_checkpoint()? {
        Some(folder.checkpoint())
    } else {
        config.model.folder.clone()
    };
    if let Some(path) = given {
        return Ok(Start(load(&path, &placement)?));
    }
    let preset = config.model.preset.as_deref().unwrap_or_default();
    let shape = Config::preset(preset)?;
    let vocab_size = config.model.vocab_size.unwrap_or(shape.vocab_size());
    let tokenizer = tokenizer(rows, vocab_size)?;
    let special = tokenizer.special();
    let (Some(bos), Some(eos)) = (special.bos, special.eos) else {
        unreachable!("our own tokenizers have both");
    };
    let shape = shape.with_vocabulary(tokenizer.vocab_size(), bos, eos);
    if config.device == Device::Cpu {
        memory::require_bytes("training", memory::training_bytes(&shape, 1, 1))?;
    }
    let mut weights = Weights::initial(&shape, config.seed, &placement.device)?;
    if placement.dtype != DType::F32 {
        weights = weights.converted(Training::Trainable, placement.dtype, &placement.device)?;
    }
    Ok(Start(Checkpoint {
        config: shape,
        weights,
        tokenizer: Some(tokenizer),
    }))
}

fn check_memory(
    config: &TrainConfig,
    lora: Option<&LoraParams>,
    shape: &Config,
    examples: &Examples,
) -> Result<(), Failure> {
    if config.device != Device::Cpu {
        return Ok(());
    }
    let seq = examples.longest();
    if seq > shape.max_position_embeddings() {
        return Err(Failure::bad_input(format!(
            "a row has {seq} tokens and the model {} positions; lower `data.max_tokens`",
            shape.max_position_embeddings()
        )));
    }
    let at_a_time = config.optimiser.micro_batch_tokens.div_ceil(seq).max(1);
    let needed = training_bytes(shape, lora, config.thread_count(), at_a_time, seq)?;
    Ok(memory::require_bytes("training", needed)?)
}

/// A training under way.
struct Run<'a> {
    config: &'a TrainConfig,
    folder: Folder,
    start: Start,
    steps: u64,
    trainer: Trainer,
    measure: Option<(Session, Measure)>,
    metrics: MetricsWriter,
    clock: Clock,
    place: Place,
    loss: f64,
    measured: Vec<(&'static str, f64)>,
}

impl Run<'_> {
    fn go(
        mut self,
        examples: &Examples,
        halt: &AtomicBool,
        console: &Console,
    ) -> Result<Ended, Failure> {
        let count = usize::try_from(self.steps).unwrap_or(usize::MAX);
        let bar = console.bar(count, "training");
        bar.set_position(self.trainer.step_count());
        bar.reset_eta();
        let done = usize::try_from(self.trainer.step_count()).unwrap_or(usize::MAX);
        let mut batches = examples.batches().skip(done);
        let mut interrupted = false;
        loop {
            let taken = self.trainer.step_count();
            let end = taken >= self.steps;
            if taken > 0 && !self.place.measured && (end || due(taken, self.evaluation_every())) {
                let measured = bar.suspend(|| self.measure(halt, console))?;
                self.place.measured = measured;
                interrupted = !measured;
            }
            interrupted |= halt.load(Ordering::Relaxed);
            if end || interrupted || due(taken, self.config.checkpoint.every) {
                self.save()?;
            }
            if end || interrupted {
                break;
            }
            let batch = batches.next().expect("batches have no end");
            let batch = examples.of(&batch);
            let time = Instant::now();
            let report = self.trainer.step(&NextToken, &batch)?;
            self.note(&report, time.elapsed())?;
            if let Some(variable) = &report.skipped {
                bar.suspend(|| {
                    console.note(format!(
                        "step {} changes nothing: the gradient of `{variable}` is not finite",
                        report.step + 1
                    ));
                });
            }
            bar.set_message(format!(
                "loss {:.3}  {}",
                report.loss,
                rate(report.tokens as u64, time.elapsed())
            ));
            bar.inc(1);
        }
        bar.finish_and_clear();
        let (seconds, cpu_seconds) = self.clock.spent();
        Ok(Ended {
            interrupted,
            step: self.trainer.step_count(),
            steps: self.steps,
            tokens: self.place.tokens,
            loss: self.loss,
            seconds,
            cpu_seconds,
            measured: self.measured,
        })
    }

    fn evaluation_every(&self) -> u64 {
        self.config.evaluation.as_ref().map_or(0, |e| e.every)
    }

    /// Writes a step's numbers.
    fn note(&mut self, report: &StepReport, time: Duration) -> Result<(), Failure> {
        self.place.measured = false;
        self.place.tokens += report.tokens as u64;
        self.loss = report.loss;
        let (seconds, cpu_seconds) = self.clock.spent();
        #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let (all, now) = (self.place.tokens as f64, report.tokens as f64);
        let mut numbers = vec![
            ("loss", report.loss),
            ("balance_loss", report.balance_loss),
            ("gradient_norm", report.gradient_norm),
            ("lr", report.rate),
            ("tokens", all),
            ("skipped", f64::from(u8::from(report.skipped.is_some()))),
        ];
        numbers.extend(report.metrics.iter().map(|(name, value)| (*name, *value)));
        numbers.extend([
            ("tokens_per_second", now / time.as_secs_f64().max(1e-9)),
            ("seconds", seconds),
            ("cpu_seconds", cpu_seconds),
        ]);
        self.write(report.step + 1, &numbers)
    }

    fn write(&mut self, step: u64, numbers: &[(&str, f64)]) -> Result<(), Failure> {
        self.metrics
            .write(step, numbers)
            .map_err(|error| Failure::cannot_run(error.to_string()))
    }

    /// Measures the policy and writes what was found; whether it came to its end.
    fn measure(&mut self, halt: &AtomicBool, console: &Console) -> Result<bool, Failure> {
        let Some((session, measure)) = &mut self.measure else {
            return Ok(true);
        };
        let (config, taken) = (&self.start.0.config, self.trainer.step_count());
        let weights = self.trainer.weights()?.frozen();
        let policy = Policy::new(config, &weights, self.start.tokenizer())?;
        let network = Network::new(config, &weights)?;
        let params = self.config.params(self.steps);
        let subject = Subject {
            policy: &policy,
            network: &network,
            params: &params,
        };
        let Some(found) = measure.run(session, &subject, halt, console)? else {
            return Ok(false);
        };
        self.folder.note_evaluation(&found.line(taken))?;
        let (seconds, cpu_seconds) = self.clock.spent();
        console.note(format!(
            "step {taken} of {}: loss {:.3}, {}, {seconds:.0} s ({cpu_seconds:.0} s of CPU)",
            self.steps, self.loss, found.says
        ));
        self.measured = found.numbers;
        let mut numbers = self.measured.clone();
        numbers.extend([("seconds", seconds), ("cpu_seconds", cpu_seconds)]);
        self.write(taken, &numbers)?;
        Ok(true)
    }

    fn save(&mut self) -> Result<(), Failure> {
        (self.place.seconds, self.place.cpu_seconds) = self.clock.spent();
        let (start, seed) = (&self.start.0, self.config.seed);
        self.folder
            .save(start, &self.trainer, seed, &self.place, |_| Ok(()))
    }
}
