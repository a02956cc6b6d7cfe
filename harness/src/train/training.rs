//! A configuration of any algorithm, told apart by its key `algorithm`.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use model::Precision;
use serde::Deserialize;

use super::config::{DOCUMENTED, TrainConfig};
use super::grpo::{self, GrpoConfig};
use super::request::{Ended, Request};
use super::reward_model::{self, RewardModelConfig};
use super::run;
use super::sections::{BUILTIN, Device, read, text_of};
use crate::commands::Failure;
use crate::console::Console;

/// What to train, and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Training {
    /// On given completions.
    Sft(Box<TrainConfig>),
    /// On rewards.
    Grpo(Box<GrpoConfig>),
    /// Of samples, which are right.
    RewardModel(Box<RewardModelConfig>),
}

/// Only what tells configurations apart.
#[derive(Deserialize)]
struct Head {
    algorithm: Algorithm,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Algorithm {
    Sft,
    Grpo,
    RewardModel,
}

impl Training {
    /// Reads a file, or, written `builtin:NAME`, one that travels inside the binary.
    pub(crate) fn load(path_or_builtin: &str) -> Result<Self, Failure> {
        Self::parse(&text_of(path_or_builtin, DOCUMENTED)?, path_or_builtin)
    }

    /// Reads a text; `place` is what an error calls it.
    pub(crate) fn parse(text: &str, place: &str) -> Result<Self, Failure> {
        let head: Head = read(text, place, |_| Ok(()))?;
        Ok(match head.algorithm {
            Algorithm::Sft => Self::Sft(Box::new(TrainConfig::parse(text, place)?)),
            Algorithm::Grpo => Self::Grpo(Box::new(GrpoConfig::parse(text, place)?)),
            Algorithm::RewardModel => {
                Self::RewardModel(Box::new(RewardModelConfig::parse(text, place)?))
            }
        })
    }

    /// Its algorithm's name.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sft(_) => "sft",
            Self::Grpo(_) => "grpo",
            Self::RewardModel(_) => "reward-model",
        }
    }

    /// Of the products of a training on the CPU.
    fn precision_on_cpu(&self) -> Option<Precision> {
        let (device, dtype) = match self {
            Self::Sft(config) => (config.device, config.dtype),
            Self::Grpo(config) => (config.device, config.dtype),
            Self::RewardModel(config) => (config.device, config.dtype),
        };
        (device == Device::Cpu).then(|| dtype.precision())
    }

    /// The same with every key written out.
    pub(crate) fn to_toml(&self) -> String {
        match self {
            Self::Sft(config) => config.to_toml(),
            Self::Grpo(config) => config.to_toml(),
            Self::RewardModel(config) => config.to_toml(),
        }
    }
}

/// The text of a configuration that documents its keys: the one named, else supervised training's.
pub(crate) fn documented(path_or_builtin: Option<&str>) -> Result<String, Failure> {
    let default = format!("{BUILTIN}{DOCUMENTED}");
    let name = path_or_builtin.unwrap_or(&default);
    let text = text_of(name, DOCUMENTED)?;
    let config = Training::parse(&text, name)?;
    Ok(if name.starts_with(BUILTIN) {
        text
    } else {
        config.to_toml()
    })
}

/// A short name for the runs of a configuration.
pub(crate) fn run_name(path_or_builtin: &str) -> String {
    let name = path_or_builtin
        .strip_prefix(BUILTIN)
        .unwrap_or(path_or_builtin);
    let stem = Path::new(name).file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// Trains to the end, or until `halt` is set.
pub(crate) fn train(
    request: &Request<'_>,
    halt: &AtomicBool,
    console: &Console,
) -> Result<Ended, Failure> {
    let precision = request.config.precision_on_cpu();
    if precision.is_some_and(|precision| !precision.is_fast()) {
        console.note(
            "this processor cannot multiply in bf16 (no AVX512_BF16): `dtype = \"f32\"` is faster",
        );
    }
    match request.config {
        Training::Sft(config) => run::train(config, request, halt, console),
        Training::Grpo(config) => grpo::train(config, request, halt, console),
        Training::RewardModel(config) => reward_model::train(config, request, halt, console),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sections::builtins;
    use super::*;

    #[test]
    fn every_configuration_inside_the_binary_is_good_and_survives_being_written_out() {
        assert!(builtins("").count() >= 5);
        for (name, text) in builtins("") {
            let config = Training::parse(text, &name).unwrap();
            assert_eq!(Training::parse(&config.to_toml(), &name).unwrap(), config);
        }
    }

    #[test]
    fn those_that_document_their_keys_name_every_one() {
        for name in ["sft-tiny", "grpo-tiny", "reward-model-tiny"] {
            let text = documented(Some(&format!("builtin:{name}"))).unwrap();
            let written = Training::parse(&text, name).unwrap().to_toml();
            let keys = written.lines().filter_map(|line| line.split(" = ").next());
            for key in keys.filter(|key| !key.is_empty()) {
                assert!(text.contains(key), "{name}: {key}");
            }
        }
    }

    /// A text in which a section is no comment any more, and that section.
    fn with_section(text: &str, header: &str) -> (String, String) {
        let begin = text.find(&format!("# [{header}]")).unwrap();
        let end = begin + text[begin..].find("\n\n").unwrap();
        let lines = text[begin..end].lines();
        let lines = lines.map(|line| line.strip_prefix("# ").unwrap_or(line));
        let section = lines.collect::<Vec<_>>().join("\n");
        (text.replace(&text[begin..end], &section), section)
    }

    #[test]
    fn the_documented_adapters_are_ones_that_every_algorithm_takes() {
        for name in ["sft-tiny", "grpo-tiny", "reward-model-tiny"] {
            let text = documented(Some(&format!("builtin:{name}"))).unwrap();
            let (whole, section) = with_section(&text, "lora");
            let lines = whole.lines().filter(|line| !line.starts_with("vocab_size"));
            let whole = lines.collect::<Vec<_>>().join("\n");
            let whole = whole.replace("preset = \"tiny\"", "folder = \"x\"");
            let written = Training::parse(&whole, name).unwrap().to_toml();
            let keys = written.split("[lora]\n").nth(1).unwrap().lines();
            for key in keys.take_while(|line| !line.is_empty()) {
                let key = key.split(" = ").next().unwrap();
                assert!(section.contains(&format!("\n{key} = ")), "{name}: {key}");
            }
        }
    }

    #[test]
    fn the_documented_refresh_is_one_that_is_read_and_names_every_key() {
        let text = documented(Some("builtin:grpo-tiny")).unwrap();
        let (whole, section) = with_section(&text, "refresh");
        let whole = whole.replace("source = \"rule\"", "source = \"model\"\nmodel = \"rm\"");
        let Training::Grpo(config) = Training::parse(&whole, "x").unwrap() else {
            unreachable!("it says so")
        };
        let written = toml::to_string(&config.refresh.unwrap()).unwrap();
        let keys = written.lines().filter_map(|line| line.split(" = ").next());
        let keys: Vec<&str> = keys
            .filter(|key| key.starts_with(char::is_alphabetic))
            .collect();
        assert!(keys.len() >= 10, "{keys:?}");
        for key in keys {
            assert!(section.contains(&format!("\n{key} = ")), "{key}");
        }
    }

    #[test]
    fn an_unknown_algorithm_is_refused_with_those_there_are() {
        let message = Training::parse("algorithm = \"magic\"\n", "c.toml")
            .unwrap_err()
            .message;
        assert!(
            message.starts_with("c.toml:1: ") && message.contains("`sft`, `grpo`, `reward-model`"),
            "{message}"
        );
    }

    #[test]
    fn a_run_is_named_after_its_configuration() {
        assert_eq!(run_name("builtin:sft-tiny"), "sft-tiny");
        assert_eq!(run_name("a/b.toml"), "b");
    }
}
