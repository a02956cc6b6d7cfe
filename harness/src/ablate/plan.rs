//! From a grid to runs: each a chain of stages, named by all that their results depend on.
//!
//! A stage's key is a digest of its configuration in which the folders of earlier stages are replaced
//! by their keys. Equal stages of different runs are thus one, in one folder, trained once; and a
//! stage whose configuration changes gets another folder instead of overwriting the old one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::{Table, Value};

use super::config::{Ablation, Grid, Overlay, Reward};
use super::overlay::{lay, remove, set};
use crate::commands::Failure;
use crate::train::{Training, text_of};

/// Keys that the grid sets, by stage.
const SET_BY_THE_GRID: [(&str, &str); 14] = [
    ("reward-model", "seed"),
    ("reward-model", "model"),
    ("reward-model", "tests.coverage"),
    ("reward-model", "tests.noise"),
    ("reward-model", "tests.seed"),
    ("reward-model", "loss.kind"),
    ("grpo", "seed"),
    ("grpo", "model"),
    ("grpo", "tests.coverage"),
    ("grpo", "tests.noise"),
    ("grpo", "tests.seed"),
    ("grpo", "reward.source"),
    ("grpo", "reward.model"),
    ("grpo", "loss.variant"),
];

/// A combination of the axes' values, seeds apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cell {
    pub(crate) reward: String,
    pub(crate) coverage: f64,
    pub(crate) noise: f64,
    pub(crate) architecture: String,
    pub(crate) algorithm: String,
    pub(crate) settings: String,
}

/// A training that is part of a run.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    /// Its folder's name: what it is and a digest of all that it depends on.
    pub(crate) key: String,
    pub(crate) config: Training,
}

/// A cell with a seed.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) cell: Cell,
    pub(crate) seed: u64,
    /// In the order in which they are trained; the last one learns from rewards.
    pub(crate) stages: Vec<Stage>,
}

/// All runs of an ablation: seed after seed, so that a part of them is a whole map.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) runs: Vec<Run>,
    /// The file with every key of its stages written out.
    pub(crate) resolved: String,
}

/// What a stage starts from.
struct Start {
    key: String,
    folder: PathBuf,
    stage: Option<Stage>,
}

impl Run {
    /// The key of its last stage, which names it.
    pub(crate) fn key(&self) -> &str {
        let last = self.stages.last();
        &last.expect("a run has stages").key
    }
}

impl Cell {
    /// For people.
    pub(crate) fn name(&self) -> String {
        format!("{}, {}", self.reward, self.condition())
    }

    /// All but the reward.
    pub(crate) fn condition(&self) -> String {
        let mut name = format!("coverage {}, noise {}", self.coverage, self.noise);
        let kind = self.kind();
        if !kind.is_empty() {
            name.push_str(", ");
            name.push_str(&kind);
        }
        name
    }

    /// The network, the settings and the algorithm, where they are named.
    pub(crate) fn kind(&self) -> String {
        let algorithm = Some(&self.algorithm).filter(|name| *name != "grpo");
        let parts = [&self.architecture, &self.settings].into_iter();
        let parts = parts.chain(algorithm).filter(|part| !part.is_empty());
        parts.cloned().collect::<Vec<_>>().join(", ")
    }
}

impl Plan {
    /// Of a file; stages lie below `out`. Every configuration is read, so that nothing impossible is
    /// found out later.
    pub(crate) fn of(ablation: &Ablation, out: &Path) -> Result<Self, Failure> {
        let planner = Planner { ablation, out };
        planner.check_set_keys()?;
        let mut runs = Vec::new();
        for grid in &ablation.file.grid {
            for (cell, reward) in cells(grid) {
                for seed in &grid.seeds {
                    runs.push(planner.run(&cell, reward, *seed)?);
                }
            }
        }
        runs.sort_by_key(|run| run.seed);
        let mut known = BTreeSet::new();
        runs.retain(|run| known.insert(run.key().to_owned()));
        Ok(Self {
            resolved: planner.resolved()?,
            runs,
        })
    }
}

/// The grid's cells, with the reward that each names.
fn cells(grid: &Grid) -> Vec<(Cell, Reward)> {
    let mut cells = Vec::new();
    for architecture in &grid.architecture {
        for settings in &grid.settings {
            for algorithm in &grid.algorithm {
                for &noise in &grid.noise {
                    for &coverage in &grid.coverage {
                        // Innermost, so that a part of a seed's runs compares rewards.
                        for &reward in &grid.reward {
                            let cell = Cell {
                                reward: reward.name().to_owned(),
                                coverage,
                                noise,
                                architecture: architecture.clone(),
                                algorithm: algorithm.clone(),
                                settings: settings.clone(),
                            };
                            cells.push((cell, reward));
                        }
                    }
                }
            }
        }
    }
    cells
}

struct Planner<'a> {
    ablation: &'a Ablation,
    out: &'a Path,
}

/// The keys of one stage, and where in the file they come from.
struct Merged {
    table: Table,
    prefixes: Vec<String>,
}

impl Planner<'_> {
    fn run(&self, cell: &Cell, reward: Reward, seed: u64) -> Result<Run, Failure> {
        let start = self.start(cell, reward)?;
        let signed = i64::try_from(seed).unwrap_or(i64::MAX);
        let tests = |table: &mut Table| {
            set(table, "seed", signed);
            set(table, "tests.seed", signed);
            set(table, "tests.coverage", cell.coverage);
            set(table, "tests.noise", cell.noise);
        };
        let mut stages: Vec<Stage> = start.stage.iter().cloned().collect();
        let mut model = None;
        if let Some(kind) = reward.model() {
            let mut merged = self.merged("reward-model", cell, reward)?;
            tests(&mut merged.table);
            set(&mut merged.table, "loss.kind", kind);
            let folders = [("model.folder", &start.key, &start.folder)];
            let stage = self.stage("reward-model", &merged, &folders)?;
            model = Some((stage.key.clone(), self.checkpoint(&stage.key)));
            stages.push(stage);
        }
        let mut merged = self.merged("grpo", cell, reward)?;
        tests(&mut merged.table);
        set(&mut merged.table, "reward.source", reward.source());
        set(&mut merged.table, "loss.variant", cell.algorithm.clone());
        let mut folders = vec![("model.folder", &start.key, &start.folder)];
        if let Some((key, folder)) = &model {
            folders.push(("reward.model", key, folder));
        }
        if !merged.table.contains_key("evaluation") {
            let why = "it has no `evaluation`, so that nothing could be compared; add that section";
            return Err(self.ablation.lines.refused("grpo", why));
        }
        stages.push(self.stage("grpo", &merged, &folders)?);
        Ok(Run {
            cell: cell.clone(),
            seed,
            stages,
        })
    }

    /// The policy that a cell's runs begin with: one that is trained, or a folder that is there.
    fn start(&self, cell: &Cell, reward: Reward) -> Result<Start, Failure> {
        let mut merged = self.layered("sft", cell, reward);
        if let Some(folder) = merged.table.remove("folder") {
            if let Some(other) = merged.table.keys().next() {
                let why = "a given folder is not trained; leave this out, or `folder`";
                return Err(self.ablation.lines.refused(&format!("sft.{other}"), why));
            }
            let folder = PathBuf::from(folder.as_str().unwrap_or_default());
            let model = folder.join("model.safetensors");
            let bytes = std::fs::read(&model).map_err(|error| {
                let why = format!(
                    "`{}` cannot be read ({error}); name a model folder",
                    model.display()
                );
                self.ablation.lines.refused("sft.folder", &why)
            })?;
            return Ok(Start {
                key: format!("given-{}", digest(&bytes)),
                folder,
                stage: None,
            });
        }
        merged.table = self.based("sft", merged.table)?;
        let stage = self.stage("sft", &merged, &[])?;
        Ok(Start {
            key: stage.key.clone(),
            folder: self.checkpoint(&stage.key),
            stage: Some(stage),
        })
    }

    fn checkpoint(&self, key: &str) -> PathBuf {
        super::run::stage_folder(self.out, key).join("checkpoint")
    }

    /// The keys that the file has for a stage of a cell.
    fn layered(&self, name: &str, cell: &Cell, reward: Reward) -> Merged {
        let file = &self.ablation.file;
        let mut table = match name {
            "sft" => file.sft.clone(),
            "reward-model" => file.reward_model.clone(),
            _ => file.grpo.clone(),
        };
        let mut prefixes = vec![name.to_owned()];
        for (axis, overlay, chosen) in [
            (
                "architectures",
                file.architectures.get(&cell.architecture),
                &cell.architecture,
            ),
            ("rewards", file.rewards.get(&reward), &cell.reward),
            (
                "settings",
                file.settings.get(&cell.settings),
                &cell.settings,
            ),
        ] {
            let Some(overlay) = overlay else {
                continue;
            };
            let over = of_stage(overlay, name);
            if over.contains_key("from") || over.contains_key("folder") {
                // It begins anew: the keys over another configuration mean nothing for this one.
                table.clear();
            }
            lay(&mut table, over);
            prefixes.push(format!("{axis}.{chosen}.{name}"));
        }
        Merged { table, prefixes }
    }

    fn merged(&self, name: &str, cell: &Cell, reward: Reward) -> Result<Merged, Failure> {
        let layered = self.layered(name, cell, reward);
        Ok(Merged {
            table: self.based(name, layered.table)?,
            ..layered
        })
    }

    /// Keys over those of the configuration that `from` names.
    fn based(&self, name: &str, mut over: Table) -> Result<Table, Failure> {
        let from = over.remove("from");
        let Some(from) = from.as_ref().and_then(Value::as_str) else {
            let why = "it has no `from`; name a configuration of `rewardsmith train`";
            return Err(self.ablation.lines.refused(name, why));
        };
        let text = text_of(from, "sft-tiny")?;
        let mut table: Table = toml::from_str(&Training::parse(&text, from)?.to_toml())
            .expect("it was written as TOML");
        lay(&mut table, &over);
        Ok(table)
    }

    /// A stage of these keys that starts from folders of others, each given as where its path goes,
    /// the key of who makes it, and the path.
    fn stage(
        &self,
        name: &str,
        merged: &Merged,
        folders: &[(&str, &String, &PathBuf)],
    ) -> Result<Stage, Failure> {
        let mut table = merged.table.clone();
        for (key, _, path) in folders {
            set(&mut table, key, path.display().to_string());
        }
        let text = toml::to_string(&table).expect("a table of values that were read");
        let translated = |message: &str| {
            self.ablation
                .lines
                .translated(message, &text, &merged.prefixes)
        };
        let config = Training::parse(&text, "").map_err(|failure| translated(&failure.message))?;
        if config.name() != name {
            let why = format!("`from` names a configuration of `{}`", config.name());
            return Err(self.ablation.lines.refused(&format!("{name}.from"), &why));
        }
        let mut course: Table = toml::from_str(&config.to_toml()).expect("it was written as TOML");
        for key in ["threads", "checkpoint"] {
            course.remove(key);
        }
        for (key, predecessor, _) in folders {
            set(&mut course, key, (*predecessor).clone());
        }
        let course = toml::to_string(&course).expect("a table of values that were read");
        Ok(Stage {
            key: format!("{name}-{}", digest(course.as_bytes())),
            config,
        })
    }

    /// What the grid sets may not be set beside it.
    fn check_set_keys(&self) -> Result<(), Failure> {
        let file = &self.ablation.file;
        let inner = file.architectures.keys().map(|n| ("architectures", &**n));
        let inner = inner.chain(file.settings.keys().map(|name| ("settings", &**name)));
        let inner = inner.chain(file.rewards.keys().map(|reward| ("rewards", reward.name())));
        let inner = inner.map(|(axis, name)| format!("{axis}.{name}."));
        for prefix in std::iter::once(String::new()).chain(inner) {
            for (stage, key) in SET_BY_THE_GRID {
                let path = format!("{prefix}{stage}.{key}");
                if self.ablation.lines.has(&path) {
                    let why = "the grid sets it; leave it out";
                    return Err(self.ablation.lines.refused(&path, why));
                }
            }
        }
        Ok(())
    }

    /// The file with the keys of each `from` written out.
    fn resolved(&self) -> Result<String, Failure> {
        let mut file = self.ablation.file.clone();
        let base = [&mut file.sft, &mut file.reward_model, &mut file.grpo];
        let named = file.architectures.values_mut();
        let named = named.chain(file.settings.values_mut());
        let named = named.chain(file.rewards.values_mut());
        let named = named.map(|over| [&mut over.sft, &mut over.reward_model, &mut over.grpo]);
        for tables in std::iter::once(base).chain(named) {
            for (name, table) in ["sft", "reward-model", "grpo"].into_iter().zip(tables) {
                let Some(from) = table.get("from").cloned() else {
                    continue;
                };
                *table = self.based(name, table.clone())?;
                for (_, key) in SET_BY_THE_GRID.iter().filter(|(stage, _)| *stage == name) {
                    remove(table, key);
                }
                table.insert("from".to_owned(), from);
            }
        }
        Ok(toml::to_string(&file).expect("numbers, strings and tables"))
    }
}

fn of_stage<'a>(overlay: &'a Overlay, name: &str) -> &'a Table {
    match name {
        "sft" => &overlay.sft,
        "reward-model" => &overlay.reward_model,
        _ => &overlay.grpo,
    }
}

/// Twelve digits: enough to tell apart the stages of any grid.
fn digest(bytes: &[u8]) -> String {
    let digits = format!("{:x}", Sha256::digest(bytes));
    digits[..12].to_owned()
}

#[cfg(test)]
mod tests;
