//! The file that says how to train: every key, its default, and what it may be.
//!
//! Unknown keys are errors, since most are typing errors in known ones. The files below `configs/`
//! travel inside the binary (`builtin:NAME`); the first of them, which `--print-config` prints,
//! documents each key.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use model::train::{AdamWParams, Decay, Schedule, TrainParams};
use serde::{Deserialize, Serialize};

use crate::commands::Failure;

static CONFIGS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/configs");

/// What names a configuration inside the binary.
const BUILTIN: &str = "builtin:";

/// The one that documents every key.
pub(crate) const DOCUMENTED: &str = "sft-tiny";

/// How to train.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrainConfig {
    pub(crate) algorithm: Algorithm,
    #[serde(default = "one")]
    pub(crate) seed: u64,
    /// 0 for one a core.
    #[serde(default)]
    pub(crate) threads: usize,
    #[serde(default)]
    pub(crate) device: Device,
    #[serde(default)]
    pub(crate) dtype: Dtype,
    pub(crate) model: Model,
    pub(crate) data: Data,
    pub(crate) optimiser: Optimiser,
    #[serde(default)]
    pub(crate) checkpoint: Checkpoints,
    pub(crate) evaluation: Option<Evaluation>,
}

fn one() -> u64 {
    1
}

/// What is learned from what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Algorithm {
    /// Imitate given completions.
    Sft,
}

/// Where the tensors lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Device {
    #[default]
    Cpu,
    Cuda,
}

/// What the network computes in; the optimiser's numbers are always f32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Dtype {
    #[default]
    F32,
    Bf16,
}

/// What training starts from: exactly one of `preset` and `folder`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Model {
    pub(crate) preset: Option<String>,
    pub(crate) folder: Option<PathBuf>,
    /// Token ids of the tokenizer that a preset gets, trained on the data.
    pub(crate) vocab_size: Option<usize>,
}

/// What is learned from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    pub(crate) source: String,
    /// 0 for all of a file's.
    #[serde(default)]
    pub(crate) rows: usize,
    #[serde(default = "one")]
    pub(crate) seed: u64,
    pub(crate) bugs: Option<f64>,
    pub(crate) stubs: Option<f64>,
    #[serde(default)]
    pub(crate) fim_rate: f64,
    #[serde(default = "half")]
    pub(crate) fim_suffix_first: f64,
    #[serde(default)]
    pub(crate) mask_prompt: bool,
    #[serde(default = "max_tokens")]
    pub(crate) max_tokens: usize,
}

fn half() -> f64 {
    0.5
}

fn max_tokens() -> usize {
    512
}

/// How the weights move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Optimiser {
    /// At most one of this and the next; without either, one pass over the rows.
    pub(crate) steps: Option<u64>,
    pub(crate) tokens: Option<u64>,
    pub(crate) batch_tokens: usize,
    #[serde(default = "micro_batch_tokens")]
    pub(crate) micro_batch_tokens: usize,
    pub(crate) lr: f64,
    #[serde(default)]
    pub(crate) schedule: ScheduleKind,
    /// Share of `lr` that stays at the end of a cosine.
    #[serde(default)]
    pub(crate) lr_floor: f64,
    #[serde(default)]
    pub(crate) warmup_steps: u64,
    #[serde(default)]
    pub(crate) weight_decay: f64,
    #[serde(default = "beta1")]
    pub(crate) beta1: f64,
    #[serde(default = "beta2")]
    pub(crate) beta2: f64,
    #[serde(default = "clip_norm")]
    pub(crate) clip_norm: f64,
}

fn micro_batch_tokens() -> usize {
    1024
}

fn beta1() -> f64 {
    AdamWParams::default().beta1
}

fn beta2() -> f64 {
    AdamWParams::default().beta2
}

fn clip_norm() -> f64 {
    TrainParams::default().clip_norm
}

/// What follows the warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ScheduleKind {
    #[default]
    Cosine,
    Constant,
}

/// When the training is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Checkpoints {
    /// Steps from one to the next; 0 saves at the end alone.
    pub(crate) every: u64,
}

impl Default for Checkpoints {
    fn default() -> Self {
        Self { every: 500 }
    }
}

/// How the policy is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Evaluation {
    pub(crate) problems: String,
    /// Of each problem.
    #[serde(default = "samples")]
    pub(crate) samples: usize,
    #[serde(default = "temperature")]
    pub(crate) temperature: f32,
    #[serde(default = "max_new_tokens")]
    pub(crate) max_new_tokens: usize,
    /// Steps from one to the next; 0 measures at the end alone.
    #[serde(default)]
    pub(crate) every: u64,
    #[serde(default = "one")]
    pub(crate) seed: u64,
}

fn samples() -> usize {
    4
}

fn temperature() -> f32 {
    1.0
}

fn max_new_tokens() -> usize {
    128
}

impl TrainConfig {
    /// Reads a file, or, written `builtin:NAME`, one that travels inside the binary.
    pub(crate) fn load(path_or_builtin: &str) -> Result<Self, Failure> {
        let text = if let Some(name) = path_or_builtin.strip_prefix(BUILTIN) {
            builtin(name)?.to_owned()
        } else {
            std::fs::read_to_string(path_or_builtin).map_err(|error| {
                Failure::bad_input(format!(
                    "{path_or_builtin}: cannot be read ({error}); give a TOML file or \
                     `builtin:{DOCUMENTED}`"
                ))
            })?
        };
        Self::parse(&text, path_or_builtin)
    }

    /// Reads a text; `place` is what an error calls it.
    pub(crate) fn parse(text: &str, place: &str) -> Result<Self, Failure> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            let why = error.message().lines().collect::<Vec<_>>().join(", ");
            let cure = if why.starts_with("unknown field") {
                "remove or rename it"
            } else {
                "`--print-config` prints every key with its meaning"
            };
            Failure::bad_input(format!("{place}:{line}: {why}; {cure}"))
        })?;
        config
            .check()
            .map_err(|why| Failure::bad_input(format!("{place}: {why}")))?;
        Ok(config)
    }

    /// The same with every key written out.
    pub(crate) fn to_toml(&self) -> String {
        toml::to_string(self).expect("numbers and strings serialise")
    }

    /// The part that the course of a training depends on: what a resumed one must share.
    pub(crate) fn course(&self) -> String {
        let course = Self {
            threads: 0,
            checkpoint: Checkpoints::default(),
            evaluation: None,
            ..self.clone()
        };
        course.to_toml()
    }

    /// The engine's parameters for a training of so many steps.
    pub(crate) fn params(&self, steps: u64) -> TrainParams {
        let o = &self.optimiser;
        TrainParams {
            adamw: AdamWParams {
                beta1: o.beta1,
                beta2: o.beta2,
                weight_decay: o.weight_decay,
                ..AdamWParams::default()
            },
            schedule: Schedule {
                peak: o.lr,
                warmup: o.warmup_steps,
                decay: match o.schedule {
                    ScheduleKind::Constant => Decay::Constant,
                    ScheduleKind::Cosine => Decay::Cosine {
                        steps,
                        floor: o.lr_floor,
                    },
                },
            },
            clip_norm: o.clip_norm,
            micro_batch_tokens: o.micro_batch_tokens,
            threads: self.thread_count(),
        }
    }

    /// Threads to compute with.
    pub(crate) fn thread_count(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, Into::into),
            threads => threads,
        }
    }

    fn check(&self) -> Result<(), String> {
        if self.model.preset.is_some() == self.model.folder.is_some() {
            return Err("`model` needs either `preset` or `folder`; give one of them".into());
        }
        if self.model.folder.is_some() && self.model.vocab_size.is_some() {
            return Err("a model folder brings its tokenizer; leave `model.vocab_size` out".into());
        }
        let o = &self.optimiser;
        if o.steps.is_some() && o.tokens.is_some() {
            return Err(
                "`optimiser.steps` and `optimiser.tokens` exclude each other; leave one out".into(),
            );
        }
        if self.data.source.starts_with(BUILTIN) && self.data.rows == 0 {
            return Err("`data.rows` is missing: a generator has no end; say how many".into());
        }
        if !self.data.source.starts_with(BUILTIN)
            && (self.data.bugs.is_some() || self.data.stubs.is_some())
        {
            return Err(
                "`data.bugs` and `data.stubs` are for `builtin:micro`; leave them out".into(),
            );
        }
        if self.device == Device::Cpu && self.dtype == Dtype::Bf16 {
            return Err("`dtype` is bf16 and `device` is cpu; train in f32 there".into());
        }
        let share = |name: &str, value: f64| {
            if (0.0..=1.0).contains(&value) {
                Ok(())
            } else {
                Err(format!("`{name}` is {value}; give a share from 0 to 1"))
            }
        };
        share("data.bugs", self.data.bugs.unwrap_or(0.0))?;
        share("data.stubs", self.data.stubs.unwrap_or(0.0))?;
        share(
            "data.bugs + data.stubs",
            self.data.bugs.unwrap_or(0.0) + self.data.stubs.unwrap_or(0.0),
        )?;
        share("data.fim_rate", self.data.fim_rate)?;
        share("data.fim_suffix_first", self.data.fim_suffix_first)?;
        share("optimiser.lr_floor", o.lr_floor)?;
        share("optimiser.beta1", o.beta1)?;
        share("optimiser.beta2", o.beta2)?;
        let e = self.evaluation.as_ref();
        for (name, value) in [
            ("optimiser.lr", o.lr),
            ("optimiser.weight_decay", o.weight_decay),
            ("optimiser.clip_norm", o.clip_norm),
            (
                "evaluation.temperature",
                e.map_or(0.0, |e| e.temperature.into()),
            ),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(format!("`{name}` is {value}; give a number from 0 on"));
            }
        }
        for (name, value) in [
            ("optimiser.steps", o.steps != Some(0)),
            ("optimiser.tokens", o.tokens != Some(0)),
            ("optimiser.batch_tokens", o.batch_tokens > 0),
            ("optimiser.micro_batch_tokens", o.micro_batch_tokens > 0),
            ("data.max_tokens", self.data.max_tokens > 0),
            ("model.vocab_size", self.model.vocab_size != Some(0)),
            ("evaluation.samples", e.is_none_or(|e| e.samples > 0)),
            (
                "evaluation.max_new_tokens",
                e.is_none_or(|e| e.max_new_tokens > 0),
            ),
        ] {
            if !value {
                return Err(format!("`{name}` is 0; give a whole number from 1 on"));
            }
        }
        Ok(())
    }
}

/// The text of a configuration inside the binary.
pub(crate) fn builtin(name: &str) -> Result<&'static str, Failure> {
    let file = CONFIGS.get_file(format!("{name}.toml"));
    if let Some(text) = file.and_then(|file| file.contents_utf8()) {
        return Ok(text);
    }
    let mut known: Vec<String> = CONFIGS
        .files()
        .filter_map(|file| Some(format!("`{BUILTIN}{}`", file.path().file_stem()?.display())))
        .collect();
    known.sort();
    Err(Failure::bad_input(format!(
        "no configuration `{BUILTIN}{name}`; there are {}",
        known.join(", ")
    )))
}

/// A short name for the runs of a configuration.
pub(crate) fn run_name(path_or_builtin: &str) -> String {
    let name = path_or_builtin
        .strip_prefix(BUILTIN)
        .unwrap_or(path_or_builtin);
    let stem = Path::new(name).file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = "algorithm = \"sft\"\n[model]\npreset = \"tiny\"\n[data]\n\
        source = \"builtin:micro\"\nrows = 10\n[optimiser]\nbatch_tokens = 64\nlr = 1e-3\n";

    fn refused(text: &str) -> String {
        TrainConfig::parse(text, "c.toml").unwrap_err().message
    }

    #[test]
    fn every_configuration_inside_the_binary_is_good_and_survives_being_written_out() {
        assert!(CONFIGS.files().count() >= 2);
        for file in CONFIGS.files() {
            let text = file.contents_utf8().unwrap();
            let config = TrainConfig::parse(text, "x").unwrap();
            assert_eq!(TrainConfig::parse(&config.to_toml(), "x").unwrap(), config);
        }
    }

    #[test]
    fn the_documented_configuration_names_every_key() {
        let text = builtin(DOCUMENTED).unwrap();
        let written = TrainConfig::parse(text, "x").unwrap().to_toml();
        let key = |line: &str| line.split(" = ").next().map(str::to_owned);
        for name in written
            .lines()
            .filter_map(key)
            .filter(|key| !key.is_empty())
        {
            assert!(text.contains(&name), "{name}");
        }
        for name in ["folder", "steps", "tokens"] {
            assert!(text.contains(&format!("# {name} = ")), "{name}");
        }
    }

    #[test]
    fn a_wrong_key_is_named_with_its_line() {
        let unknown = refused(&SMALLEST.replace("rows", "row"));
        assert!(
            unknown.starts_with("c.toml:6: unknown field `row`"),
            "{unknown}"
        );
        let section = refused(&(SMALLEST.to_owned() + "[optimizer]\nlr = 1\n"));
        assert!(
            section.contains("c.toml:10:") && section.contains("`optimizer`"),
            "{section}"
        );
        let kind = refused(&SMALLEST.replace("1e-3", "\"x\""));
        assert!(kind.starts_with("c.toml:9: "), "{kind}");
        assert!(!kind.contains('\n') && !unknown.contains('\n'));
    }

    #[test]
    fn values_that_mean_nothing_are_refused_by_name() {
        for (from, to, says) in [
            ("lr = 1e-3", "lr = -1.0", "`optimiser.lr`"),
            ("rows = 10", "rows = 0", "`data.rows`"),
            ("rows = 10", "rows = 10\nbugs = 1.5", "`data.bugs`"),
            (
                "batch_tokens = 64",
                "batch_tokens = 0",
                "`optimiser.batch_tokens`",
            ),
            ("preset = \"tiny\"", "", "`preset` or `folder`"),
            (
                "lr = 1e-3",
                "lr = 1e-3\nsteps = 1\ntokens = 1",
                "exclude each other",
            ),
        ] {
            let message = refused(&SMALLEST.replace(from, to));
            assert!(message.contains(says), "{message}");
        }
    }

    #[test]
    fn a_run_is_named_after_its_configuration() {
        assert_eq!(run_name("builtin:sft-tiny"), "sft-tiny");
        assert_eq!(run_name("a/b.toml"), "b");
    }
}
