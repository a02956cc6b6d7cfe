//! The file that says how to train: every key, its default, and what it may be.
//!
//! This is the one of supervised training; `sections` holds what all algorithms share. A file of
//! `configs/` documents each key.

use std::path::PathBuf;

use model::train::{LoraParams, TrainParams};
use serde::{Deserialize, Serialize};

use super::lora::LoraConfig;
use super::optimiser::moves;
use super::sections::{
    BUILTIN, Checkpoints, Device, Dtype, Evaluation, OptimiserKind, ScheduleKind, beta1, beta2,
    clip_norm, from_one, is_default, one, read, share, thread_count,
};
use crate::commands::Failure;

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
    /// Without it all weights are trained.
    pub(crate) lora: Option<LoraConfig>,
    pub(crate) data: Data,
    pub(crate) optimiser: Optimiser,
    #[serde(default)]
    pub(crate) checkpoint: Checkpoints,
    pub(crate) evaluation: Option<Evaluation>,
}

/// What is learned from what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Algorithm {
    /// Imitate given completions.
    Sft,
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
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) kind: OptimiserKind,
    /// Muon's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) momentum: Option<f64>,
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

impl TrainConfig {
    /// Reads a text; `place` is what an error calls it.
    pub(crate) fn parse(text: &str, place: &str) -> Result<Self, Failure> {
        read(text, place, Self::check)
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
        moves!(self.optimiser).params(steps, self.thread_count(), self.dtype)
    }

    /// Adapters on the model's folder, where they are trained.
    pub(super) fn adapters(&self) -> Option<LoraParams> {
        let (lora, base) = (self.lora.as_ref()?, self.model.folder.as_ref()?);
        Some(lora.params(base))
    }

    /// Threads to compute with.
    pub(crate) fn thread_count(&self) -> usize {
        thread_count(self.threads)
    }

    fn check(&self) -> Result<(), String> {
        if self.model.preset.is_some() == self.model.folder.is_some() {
            return Err("`model` needs either `preset` or `folder`; give one of them".into());
        }
        if self.model.folder.is_some() && self.model.vocab_size.is_some() {
            return Err("a model folder brings its tokenizer; leave `model.vocab_size` out".into());
        }
        if let Some(lora) = &self.lora {
            if self.model.folder.is_none() {
                return Err(
                    "`lora` needs `model.folder`: a new network has nothing to keep as it is; \
                     train that in full"
                        .into(),
                );
            }
            lora.check()?;
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
        share("data.bugs", self.data.bugs.unwrap_or(0.0))?;
        share("data.stubs", self.data.stubs.unwrap_or(0.0))?;
        share(
            "data.bugs + data.stubs",
            self.data.bugs.unwrap_or(0.0) + self.data.stubs.unwrap_or(0.0),
        )?;
        share("data.fim_rate", self.data.fim_rate)?;
        share("data.fim_suffix_first", self.data.fim_suffix_first)?;
        moves!(o).check(self.lora.is_some())?;
        from_one("optimiser.steps", o.steps != Some(0))?;
        from_one("optimiser.tokens", o.tokens != Some(0))?;
        from_one("optimiser.batch_tokens", o.batch_tokens > 0)?;
        from_one("data.max_tokens", self.data.max_tokens > 0)?;
        from_one("model.vocab_size", self.model.vocab_size != Some(0))?;
        self.evaluation.as_ref().map_or(Ok(()), Evaluation::check)
    }
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
            (
                "lr = 1e-3",
                "lr = 1e-3\nmomentum = 0.9",
                "`optimiser.momentum`",
            ),
            (
                "lr = 1e-3",
                "lr = 1e-3\nkind = \"muon\"\nmomentum = 1.5",
                "`optimiser.momentum`",
            ),
            (
                "lr = 1e-3",
                "lr = 1e-3\nkind = \"sgd\"",
                "unknown variant `sgd`",
            ),
        ] {
            let message = refused(&SMALLEST.replace(from, to));
            assert!(message.contains(says), "{message}");
        }
    }

    #[test]
    fn muon_is_for_who_asks_for_it_and_what_nobody_asked_for_is_not_written_out() {
        let plain = TrainConfig::parse(SMALLEST, "c.toml").unwrap();
        assert_eq!(plain.params(1).optimiser.muon, None);
        assert!(!plain.to_toml().contains("kind") && !plain.to_toml().contains("momentum"));
        for (keys, momentum) in [("", 0.95), ("\nmomentum = 0.8", 0.8)] {
            let keys = format!("lr = 1e-3\nkind = \"muon\"{keys}");
            let text = SMALLEST.replace("lr = 1e-3", &keys);
            let config = TrainConfig::parse(&text, "c.toml").unwrap();
            let wanted = Some(model::train::MuonParams { momentum });
            assert_eq!(config.params(1).optimiser.muon, wanted);
            let written = TrainConfig::parse(&config.to_toml(), "c.toml").unwrap();
            assert_eq!(written, config);
        }
    }

    #[test]
    fn adapters_that_mean_nothing_are_refused_by_key_and_line() {
        let targets = "targets = [\"q_proj\"]\n";
        let refused = |text: String| {
            let message = refused(&text);
            assert!(!message.contains('\n'), "{message}");
            message
        };
        let message = refused(format!("{SMALLEST}[lora]\n{targets}"));
        assert!(
            message.starts_with("c.toml:10: `lora` needs `model.folder`"),
            "{message}"
        );
        let folder = SMALLEST.replace("preset = \"tiny\"", "folder = \"x\"");
        for (section, says) in [
            ("", "c.toml:10: missing field `targets`"),
            ("targets = []\n", "c.toml:11: `lora.targets`"),
            (
                "rank = 0\ntargets = [\"q_proj\"]\n",
                "c.toml:11: `lora.rank`",
            ),
            (
                "targets = [\"q_proj\"]\nalpha = 0.0\n",
                "c.toml:12: `lora.alpha`",
            ),
            (
                "targets = [\"q_proj\"]\nr = 8\n",
                "c.toml:12: unknown field `r`",
            ),
        ] {
            let message = refused(format!("{folder}[lora]\n{section}"));
            assert!(message.starts_with(says), "{message}");
        }
        let muon = folder.replace("lr = 1e-3", "lr = 1e-3\nkind = \"muon\"");
        let message = refused(format!("{muon}[lora]\n{targets}"));
        assert!(
            message.starts_with("c.toml:10: `optimiser.kind`"),
            "{message}"
        );
        TrainConfig::parse(&format!("{folder}[lora]\n{targets}"), "c.toml").unwrap();
    }
}
