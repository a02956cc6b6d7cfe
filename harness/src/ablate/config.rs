//! The file that says what is compared: the stages that all runs share, and the grid.
//!
//! A stage is a configuration of `rewardsmith train`, named by `from`, with keys over it. The axes
//! that come with a meaning of their own (the reward, the tests it sees, the algorithm, the seed) set
//! the keys they stand for, which the file may not set by itself; `architectures` and `settings` are
//! axes of named sets of keys, and `rewards` holds keys that go with a value of the reward's axis, so
//! that each reward can be run as it was tuned. The built-in `map-tiny` documents each key.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::Table;

use super::overlay::Lines;
use super::plan::Plan;
use crate::commands::Failure;
use crate::train::{BUILTIN, read, text_of};

/// The one that documents every key.
const DOCUMENTED: &str = "map-tiny";

/// Where ablations lie among the configurations inside the binary.
const FOLDER: &str = "ablations/";

/// A file and where its keys stand in it.
#[derive(Debug)]
pub(crate) struct Ablation {
    pub(super) file: File,
    pub(super) lines: Lines,
}

/// What is compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    pub(super) sft: Table,
    #[serde(default)]
    pub(super) reward_model: Table,
    pub(super) grpo: Table,
    #[serde(default)]
    pub(super) architectures: BTreeMap<String, Overlay>,
    #[serde(default)]
    pub(super) settings: BTreeMap<String, Overlay>,
    #[serde(default)]
    pub(super) rewards: BTreeMap<Reward, Overlay>,
    pub(super) grid: Vec<Grid>,
}

/// Keys over those of the stages.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Overlay {
    pub(super) sft: Table,
    pub(super) reward_model: Table,
    pub(super) grpo: Table,
}

/// Values whose every combination is a cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grid {
    pub(super) reward: Vec<Reward>,
    #[serde(default = "whole")]
    pub(super) coverage: Vec<f64>,
    #[serde(default = "none")]
    pub(super) noise: Vec<f64>,
    #[serde(default = "unnamed")]
    pub(super) architecture: Vec<String>,
    #[serde(default = "grpo")]
    pub(super) algorithm: Vec<String>,
    #[serde(default = "unnamed")]
    pub(super) settings: Vec<String>,
    pub(super) seeds: Vec<u64>,
}

fn whole() -> Vec<f64> {
    vec![1.0]
}

fn none() -> Vec<f64> {
    vec![0.0]
}

fn unnamed() -> Vec<String> {
    vec![String::new()]
}

fn grpo() -> Vec<String> {
    vec!["grpo".to_owned()]
}

/// Where rewards come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Reward {
    #[serde(rename = "rule")]
    Rule,
    #[serde(rename = "point-wise")]
    PointWise,
    #[serde(rename = "pair-wise")]
    PairWise,
    #[serde(rename = "rule+point-wise")]
    RuleAndPointWise,
    #[serde(rename = "rule+pair-wise")]
    RuleAndPairWise,
    #[serde(rename = "rule*point-wise")]
    RuleTimesPointWise,
    #[serde(rename = "rule*pair-wise")]
    RuleTimesPairWise,
}

impl Reward {
    /// Its name in the file and in results.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::PointWise => "point-wise",
            Self::PairWise => "pair-wise",
            Self::RuleAndPointWise => "rule+point-wise",
            Self::RuleAndPairWise => "rule+pair-wise",
            Self::RuleTimesPointWise => "rule*point-wise",
            Self::RuleTimesPairWise => "rule*pair-wise",
        }
    }

    /// The value of `reward.source`.
    pub(super) fn source(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::PointWise | Self::PairWise => "model",
            Self::RuleAndPointWise | Self::RuleAndPairWise => "rule+model",
            Self::RuleTimesPointWise | Self::RuleTimesPairWise => "rule*model",
        }
    }

    /// The reward model's `loss.kind`; `None` where there is no reward model.
    pub(super) fn model(self) -> Option<&'static str> {
        match self {
            Self::Rule => None,
            Self::PointWise | Self::RuleAndPointWise | Self::RuleTimesPointWise => {
                Some("point-wise")
            }
            Self::PairWise | Self::RuleAndPairWise | Self::RuleTimesPairWise => Some("pair-wise"),
        }
    }
}

impl Ablation {
    /// Reads a file, or, written `builtin:NAME`, one that travels inside the binary.
    pub(crate) fn load(path_or_builtin: &str) -> Result<Self, Failure> {
        Self::parse(&source(path_or_builtin)?, path_or_builtin)
    }

    /// Reads a text; `place` is what an error calls it.
    pub(crate) fn parse(text: &str, place: &str) -> Result<Self, Failure> {
        let file: File = read(text, place, |_| Ok(()))?;
        let ablation = Self {
            lines: Lines::of(text, place),
            file,
        };
        ablation.check()?;
        Ok(ablation)
    }

    /// The grid's axes; nothing may be empty, doubled or out of range.
    fn check(&self) -> Result<(), Failure> {
        let refused = |key: &str, why: &str| Err(self.lines.refused(key, why));
        if self.file.grid.is_empty() {
            return refused("grid", "there is nothing in it; give it a `[[grid]]`");
        }
        for (reward, over) in &self.file.rewards {
            if !over.sft.is_empty() {
                let why = "rewards are compared from one policy on; leave this out";
                return refused(&format!("rewards.{}.sft", reward.name()), why);
            }
        }
        for (number, grid) in self.file.grid.iter().enumerate() {
            let key = |name: &str| format!("grid.{number}.{name}");
            self.distinct(&key("reward"), &grid.reward)?;
            self.distinct(&key("coverage"), &grid.coverage)?;
            self.distinct(&key("noise"), &grid.noise)?;
            self.distinct(&key("architecture"), &grid.architecture)?;
            self.distinct(&key("algorithm"), &grid.algorithm)?;
            self.distinct(&key("settings"), &grid.settings)?;
            self.distinct(&key("seeds"), &grid.seeds)?;
            for (axis, values) in [("coverage", &grid.coverage), ("noise", &grid.noise)] {
                let wrong = values.iter().find(|value| !(0.0..=1.0).contains(*value));
                if let Some(value) = wrong {
                    let why = format!("{value} is no share; give numbers from 0 to 1");
                    return refused(&key(axis), &why);
                }
            }
            let names = |known: &BTreeMap<String, Overlay>| -> BTreeSet<String> {
                known.keys().cloned().collect()
            };
            for (axis, tables, values, known) in [
                (
                    "architecture",
                    "architectures",
                    &grid.architecture,
                    names(&self.file.architectures),
                ),
                (
                    "settings",
                    "settings",
                    &grid.settings,
                    names(&self.file.settings),
                ),
            ] {
                let unknown = values
                    .iter()
                    .find(|name| !name.is_empty() && !known.contains(*name));
                if let Some(name) = unknown {
                    let why = format!(
                        "there is no `{name}`; add `[{tables}.{name}]`, or name one of {known:?}"
                    );
                    return refused(&key(axis), &why);
                }
            }
        }
        Ok(())
    }

    fn distinct<T: PartialEq + Debug>(&self, key: &str, values: &[T]) -> Result<(), Failure> {
        if values.is_empty() {
            return Err(self.lines.refused(key, "it is empty; give it a value"));
        }
        for (place, value) in values.iter().enumerate() {
            if values[..place].contains(value) {
                let why = format!("{value:?} is given twice; leave one out");
                return Err(self.lines.refused(key, &why));
            }
        }
        Ok(())
    }
}

/// The text of a configuration that documents its keys, or a file's with every key written out.
pub(crate) fn documented(path_or_builtin: Option<&str>) -> Result<String, Failure> {
    let default = format!("{BUILTIN}{DOCUMENTED}");
    let name = path_or_builtin.unwrap_or(&default);
    if name.starts_with(BUILTIN) {
        return source(name);
    }
    let plan = Plan::of(&Ablation::load(name)?, Path::new("runs"))?;
    Ok(plan.resolved)
}

/// The text of a file, or of one inside the binary.
fn source(path_or_builtin: &str) -> Result<String, Failure> {
    let inside = path_or_builtin.strip_prefix(BUILTIN);
    match inside {
        Some(name) => text_of(&format!("{BUILTIN}{FOLDER}{name}"), DOCUMENTED),
        None => text_of(path_or_builtin, DOCUMENTED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::builtins;

    #[test]
    fn every_ablation_inside_the_binary_can_be_planned() {
        let folder = FOLDER.trim_end_matches('/');
        assert!(builtins(folder).count() >= 3);
        for (name, _) in builtins(folder) {
            let ablation = Ablation::load(&format!("{BUILTIN}{name}")).unwrap();
            let plan = Plan::of(&ablation, Path::new("out")).unwrap();
            assert!(plan.runs.len() >= 2, "{name}");
        }
    }

    #[test]
    fn the_map_has_every_cell_that_it_promises() {
        let plan = Plan::of(
            &Ablation::load("builtin:map-tiny").unwrap(),
            Path::new("out"),
        )
        .unwrap();
        let dense = plan
            .runs
            .iter()
            .filter(|run| run.cell.architecture.is_empty());
        assert_eq!((dense.count(), plan.runs.len()), (120, 130));
    }
}
