//! What the configurations of all algorithms share: sections, reading, and errors that name a line.
//!
//! Unknown keys are errors, since most are typing errors in known ones. The files below `configs/`
//! travel inside the binary (`builtin:NAME`).

use include_dir::{Dir, include_dir};
use model::Precision;
use model::train::AdamWParams;
use model::train::TrainParams;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::commands::Failure;

static CONFIGS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/configs");

/// What names a configuration inside the binary.
pub(crate) const BUILTIN: &str = "builtin:";

/// Where the tensors lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Device {
    #[default]
    Cpu,
    Cuda,
}

/// What the network computes in; the optimiser's numbers are always f32. On a CPU bf16 is for the
/// factors of products alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Dtype {
    #[default]
    F32,
    Bf16,
}

impl Dtype {
    /// Of products on a CPU.
    pub(super) fn precision(self) -> Precision {
        match self {
            Self::F32 => Precision::F32,
            Self::Bf16 => Precision::Bf16,
        }
    }
}

/// What follows the warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ScheduleKind {
    #[default]
    Cosine,
    Constant,
}

/// By which rule the weights move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OptimiserKind {
    #[default]
    AdamW,
    /// Muon for the matrices inside of the layers, AdamW for the rest.
    Muon,
}

/// Whether nobody asked for anything else. What is not written out leaves the course of a training,
/// and with it the name of an ablation's stage, as it was before the key was there.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
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

pub(super) fn one() -> u64 {
    1
}

pub(super) fn beta1() -> f64 {
    AdamWParams::default().beta1
}

pub(super) fn beta2() -> f64 {
    AdamWParams::default().beta2
}

pub(super) fn clip_norm() -> f64 {
    TrainParams::default().clip_norm
}

/// Threads to compute with: 0 stands for one a core.
pub(super) fn thread_count(threads: usize) -> usize {
    match threads {
        0 => std::thread::available_parallelism().map_or(1, Into::into),
        threads => threads,
    }
}

/// Reads a text of keys; `place` is what an error calls it.
pub(crate) fn read<T: DeserializeOwned>(
    text: &str,
    place: &str,
    check: impl FnOnce(&T) -> Result<(), String>,
) -> Result<T, Failure> {
    let config: T = toml::from_str(text).map_err(|error| {
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
    check(&config).map_err(|why| {
        // The first word in backticks is the key.
        let line = why.split('`').nth(1).and_then(|key| line_of(text, key));
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        Failure::bad_input(format!("{place}{line}: {why}"))
    })?;
    Ok(config)
}

/// The line of a key written `section.key`, or of its section where the key is left out.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
    let (mut here, mut found) = (String::new(), None);
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            header
                .split(']')
                .next()
                .unwrap_or_default()
                .clone_into(&mut here);
            if here == key || (here == section && found.is_none()) {
                found = Some(number);
            }
        } else if here == section
            && line
                .split('=')
                .next()
                .is_some_and(|left| left.trim() == name)
            && !line.starts_with('#')
        {
            return Some(number);
        }
    }
    found
}

/// Refuses a value outside of 0 to 1.
pub(super) fn share(name: &str, value: f64) -> Result<(), String> {
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        Err(format!("`{name}` is {value}; give a share from 0 to 1"))
    }
}

/// Refuses what is below 0 or no number.
pub(super) fn from_zero(name: &str, value: f64) -> Result<(), String> {
    if value.is_finite() && value >= 0.0 {
        Ok(())
    } else {
        Err(format!("`{name}` is {value}; give a number from 0 on"))
    }
}

/// Refuses 0.
pub(super) fn from_one(name: &str, holds: bool) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("`{name}` is 0; give a whole number from 1 on"))
    }
}

impl Evaluation {
    pub(super) fn check(&self) -> Result<(), String> {
        from_zero("evaluation.temperature", self.temperature.into())?;
        from_one("evaluation.samples", self.samples > 0)?;
        from_one("evaluation.max_new_tokens", self.max_new_tokens > 0)
    }
}

/// The text of a file, or, written `builtin:NAME`, of one that travels inside the binary.
pub(crate) fn text_of(path_or_builtin: &str, example: &str) -> Result<String, Failure> {
    if let Some(name) = path_or_builtin.strip_prefix(BUILTIN) {
        return Ok(builtin(name)?.to_owned());
    }
    std::fs::read_to_string(path_or_builtin).map_err(|error| {
        Failure::bad_input(format!(
            "{path_or_builtin}: cannot be read ({error}); give a TOML file or `builtin:{example}`"
        ))
    })
}

/// The text of a configuration inside the binary.
pub(crate) fn builtin(name: &str) -> Result<&'static str, Failure> {
    let file = CONFIGS.get_file(format!("{name}.toml"));
    if let Some(text) = file.and_then(|file| file.contents_utf8()) {
        return Ok(text);
    }
    let (folder, name) = name.rsplit_once('/').unwrap_or(("", name));
    let mut known: Vec<String> = builtins(folder)
        .map(|(name, _)| format!("`{BUILTIN}{name}`"))
        .collect();
    known.sort();
    Err(Failure::bad_input(format!(
        "no configuration `{BUILTIN}{name}`; there are {}",
        known.join(", ")
    )))
}

/// Names and texts of those inside the binary, below a folder of theirs.
pub(crate) fn builtins(folder: &str) -> impl Iterator<Item = (String, &'static str)> {
    let below = match folder {
        "" => Some(&CONFIGS),
        folder => CONFIGS.get_dir(folder),
    };
    below.into_iter().flat_map(Dir::files).filter_map(|file| {
        let name = file.path().file_stem()?.to_string_lossy().into_owned();
        Some((name, file.contents_utf8()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_by_its_section_or_the_section_itself() {
        let text = "a = 1\n[x]\n# b = 0\nb = 2\n[y.z]\nb=3\n";
        for (key, line) in [("a", 1), ("x.b", 4), ("y.z.b", 6), ("x.c", 2), ("y.z", 5)] {
            assert_eq!(line_of(text, key), Some(line), "{key}");
        }
        assert_eq!(line_of(text, "nothing"), None);
    }
}
