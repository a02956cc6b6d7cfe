//! The loop: steps, with metrics, measurements and checkpoints between them.
//!
//! In the metrics, step `k` stands after `k` updates. A measurement comes before a checkpoint of the
//! same step, so a run that resumes there need not repeat it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use model::metrics::MetricsWriter;
use model::train::{NextToken, StepReport, Trainer};
use model::{Checkpoint, Config, Network, Placement, Tokenizer, Training, Weights, memory};

use super::config::{Device, Dtype, TrainConfig};
use super::data::{Examples, Row, rows, tokenizer};
use super::folder::{Folder, Place};
use super::measure::Measure;
use crate::commands::Failure;
use crate::console::Console;
use crate::judge::JudgeOptions;
use crate::sampling::{Policy, rate};

/// What to train, and where.
pub(crate) struct Request<'a> {
    pub(crate) config: &'a TrainConfig,
    pub(crate) out: &'a Path,
    pub(crate) resume: bool,
    /// How samples are judged.
    pub(crate) judging: JudgeOptions,
}

/// How a training ended.
pub(crate) struct Ended {
    pub(crate) interrupted: bool,
    pub(crate) step: u64,
    pub(crate) steps: u64,
    pub(crate) tokens: u64,
    pub(crate) loss: f64,
    pub(crate) seconds: f64,
    pub(crate) cpu_seconds: f64,
    /// The last measurement.
    pub(crate) measured: Vec<(&'static str, f64)>,
}

/// Trains to the end, or until `halt` is set.
pub(crate) fn train(
    request: &Request<'_>,
    halt: &AtomicBool,
    console: &Console,
) -> Result<Ended, Failure> {
    // Everything counts: also the rows, the tokenizer and the references of the problems.
    let (begun, begun_cpu) = (Instant::now(), cpu_seconds());
    let config = request.config;
    let folder = Folder::open(request.out, request.resume)?;
    let rows = rows(&config.data)?;
    let start = starting_point(config, &folder, &rows)?;
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
    check_memory(config, &start.0.config, &examples)?;
    let steps = examples.step_count(&config.optimiser);
    let mut trainer = Trainer::new(&start.0.config, &start.0.weights, config.params(steps))?;
    let place = if folder.has_checkpoint()? {
        folder.resume(&mut trainer, config)?
    } else {
        Place {
            course: config.course(),
            ..Place::default()
        }
    };
    let measure = config
        .evaluation
        .as_ref()
        .map(|evaluation| Measure::start(evaluation, &request.judging, console))
        .transpose()?;
    // The input is known to be good by now: only now is anything written.
    folder.begin(config)?;
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
        begun,
        begun_cpu,
        earlier: (place.seconds, place.cpu_seconds),
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

/// The run's own checkpoint where there is one, else the configuration's folder or a fresh network.
fn starting_point(config: &TrainConfig, folder: &Folder, rows: &[Row]) -> Result<Start, Failure> {
    let device = match config.device {
        Device::Cpu => model::Device::Cpu,
        Device::Cuda => cuda()?,
    };
    let placement = Placement {
        dtype: dtype(config),
        device: device.clone(),
        training: Training::Trainable,
    };
    let given = config.model.folder.clone();
    let given = if folder.has_checkpoint()? {
        Some(folder.checkpoint())
    } else {
        given
    };
    if let Some(path) = given {
        let checkpoint = Checkpoint::load(&path, &placement)?;
        if checkpoint.tokenizer.is_none() {
            return Err(Failure::bad_input(format!(
                "`{}` has no tokenizer.json; fetch the one that belongs to the model",
                path.display()
            )));
        }
        return Ok(Start(checkpoint));
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
    let mut weights = Weights::initial(&shape, config.seed, &device)?;
    if config.dtype != Dtype::F32 {
        weights = weights.converted(Training::Trainable, placement.dtype, &device)?;
    }
    Ok(Start(Checkpoint {
        config: shape,
        weights,
        tokenizer: Some(tokenizer),
    }))
}

fn dtype(config: &TrainConfig) -> model::DType {
    match config.dtype {
        Dtype::F32 => model::DType::F32,
        Dtype::Bf16 => model::DType::BF16,
    }
}

/// The first GPU.
pub(crate) fn cuda() -> Result<model::Device, Failure> {
    model::Device::new_cuda(0).map_err(|error| {
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default();
        Failure::bad_input(format!(
            "no GPU can be used ({why}); build with `--features cuda` on a machine that has one, or \
             choose the cpu"
        ))
    })
}

fn check_memory(config: &TrainConfig, shape: &Config, examples: &Examples) -> Result<(), Failure> {
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
    let needed = memory::training_bytes(shape, at_a_time * config.thread_count(), seq);
    Ok(memory::require_bytes("training", needed)?)
}

/// A training under way.
struct Run<'a> {
    config: &'a TrainConfig,
    folder: Folder,
    start: Start,
    steps: u64,
    trainer: Trainer,
    measure: Option<Measure<'a>>,
    metrics: MetricsWriter,
    begun: Instant,
    begun_cpu: f64,
    /// Seconds and CPU seconds before this process.
    earlier: (f64, f64),
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
            bar.set_message(format!(
                "loss {:.3}  {}",
                report.loss,
                rate(report.tokens as u64, time.elapsed())
            ));
            bar.inc(1);
        }
        bar.finish_and_clear();
        let (seconds, cpu_seconds) = self.spent();
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

    /// Seconds and CPU seconds of the whole training.
    fn spent(&self) -> (f64, f64) {
        (
            self.earlier.0 + self.begun.elapsed().as_secs_f64(),
            self.earlier.1 + cpu_seconds() - self.begun_cpu,
        )
    }

    /// Writes a step's numbers.
    fn note(&mut self, report: &StepReport, time: Duration) -> Result<(), Failure> {
        self.place.measured = false;
        self.place.tokens += report.tokens as u64;
        self.loss = report.loss;
        let (seconds, cpu_seconds) = self.spent();
        #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let (all, now) = (self.place.tokens as f64, report.tokens as f64);
        let mut numbers = vec![
            ("loss", report.loss),
            ("balance_loss", report.balance_loss),
            ("gradient_norm", report.gradient_norm),
            ("lr", report.rate),
            ("tokens", all),
            ("skipped", f64::from(u8::from(report.skipped))),
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
        let Some(measure) = &mut self.measure else {
            return Ok(true);
        };
        let (config, taken) = (&self.start.0.config, self.trainer.step_count());
        let weights = self.trainer.weights()?.frozen();
        let policy = Policy::new(config, &weights, self.start.tokenizer())?;
        let network = Network::new(config, &weights)?;
        let params = self.config.params(self.steps);
        let Some(found) = measure.run(&policy, &network, &params, halt, console)? else {
            return Ok(false);
        };
        let (seconds, cpu_seconds) = self.spent();
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
        (self.place.seconds, self.place.cpu_seconds) = self.spent();
        let checkpoint = Checkpoint {
            weights: self.trainer.weights()?,
            ..self.start.0.clone()
        };
        let (dtype, seed) = (dtype(self.config), self.config.seed);
        self.folder
            .save(&checkpoint, &self.trainer, dtype, seed, &self.place)
    }
}

fn due(step: u64, every: u64) -> bool {
    every > 0 && step > 0 && step.is_multiple_of(every)
}

/// CPU seconds of this process so far, without its workers; 0 where the system does not say.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in parentheses may hold spaces; user and system time are fields 14 and 15, in ticks
    // of 10 ms.
    let fields = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = fields.split(' ').skip(11).take(2);
    ticks
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}
