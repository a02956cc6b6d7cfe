//! What came of the runs: a line each in `results.jsonl`, small enough to be kept in a repository.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::config::Ablation;
use super::plan::{Cell, Plan, Run};
use super::run::{Finished, PLAN_FILE, stage_folder};
use crate::commands::Failure;
use crate::observed::Observed;

/// The file of an ablation's folder.
const FILE: &str = "results.jsonl";

/// A run that came to its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) cell: Cell,
    pub(crate) seed: u64,
    /// The keys of its stages, in order.
    pub(crate) stages: Vec<String>,
    /// Of rewardsmith.
    pub(crate) version: String,
    /// Of the stages together, those of shared ones included.
    pub(crate) seconds: f64,
    pub(crate) cpu_seconds: f64,
    pub(crate) observed: Observed,
    /// What the reward model's last pass came to, where there is one.
    pub(crate) reward_model: Option<Value>,
}

impl Row {
    /// Of a run whose stages are finished.
    pub(super) fn of(run: &Run, out: &Path) -> Result<Self, Failure> {
        let mut row = Self {
            key: run.key().to_owned(),
            cell: run.cell.clone(),
            seed: run.seed,
            stages: run.stages.iter().map(|stage| stage.key.clone()).collect(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seconds: 0.0,
            cpu_seconds: 0.0,
            observed: Observed::default(),
            reward_model: None,
        };
        for stage in &run.stages {
            let folder = stage_folder(out, &stage.key);
            let finished = Finished::read(&folder).unwrap_or_default();
            row.seconds += finished.seconds;
            row.cpu_seconds += finished.cpu_seconds;
            match stage.config.name() {
                "reward-model" => row.reward_model = Observed::of(&folder)?.passes.pop(),
                "grpo" => row.observed = Observed::of(&folder)?,
                _ => {}
            }
        }
        Ok(row)
    }
}

/// An ablation as far as it has come.
pub(crate) struct Ablated {
    /// Of the runs that came to their end.
    pub(crate) rows: Vec<Row>,
    /// Of those under way, as far as they have come.
    pub(crate) going: Vec<Row>,
    /// All runs that are to be made, where the stages that are given can still be read.
    pub(crate) planned: Option<usize>,
    /// What is compared, every key written out.
    pub(crate) config: String,
}

impl Ablated {
    /// Whether a folder is one of an ablation.
    pub(crate) fn is_in(folder: &Path) -> bool {
        folder.join(PLAN_FILE).exists()
    }

    /// Reads folders that hold parts of one ablation.
    pub(crate) fn of(folders: &[PathBuf]) -> Result<Self, Failure> {
        let mut whole: Option<Self> = None;
        for folder in folders {
            let path = folder.join(PLAN_FILE);
            let config = fs::read_to_string(&path).map_err(|error| {
                let shown = path.display();
                Failure::bad_input(format!(
                    "`{shown}` cannot be read ({error}); name an ablation's folder"
                ))
            })?;
            let plan = Ablation::parse(&config, &path.display().to_string())
                .and_then(|ablation| Plan::of(&ablation, folder));
            let whole = whole.get_or_insert_with(|| Self {
                rows: Vec::new(),
                going: Vec::new(),
                planned: plan.as_ref().ok().map(|plan| plan.runs.len()),
                config: config.clone(),
            });
            if whole.config != config {
                return Err(Failure::bad_input(format!(
                    "`{}` is not the ablation of `{}`; name parts of one",
                    folder.display(),
                    folders[0].display()
                )));
            }
            whole.rows.extend(read(folder));
            for run in plan.iter().flat_map(|plan| &plan.runs) {
                let known = |rows: &[Row]| rows.iter().any(|row| row.key == run.key());
                let begun = stage_folder(folder, run.key())
                    .join("metrics.jsonl")
                    .exists();
                if begun && !known(&whole.rows) && !known(&whole.going) {
                    whole.going.push(Row::of(run, folder)?);
                }
            }
        }
        let mut whole = whole.ok_or_else(|| Failure::bad_input("name a folder"))?;
        let mut known = BTreeSet::new();
        whole.rows.retain(|row| known.insert(row.key.clone()));
        whole.going.retain(|row| !known.contains(&row.key));
        Ok(whole)
    }
}

/// The rows of an ablation's folder, each run once. A line that was torn when a process died is passed
/// over: its run is read again.
pub(crate) fn read(out: &Path) -> Vec<Row> {
    let text = fs::read_to_string(out.join(FILE)).unwrap_or_default();
    let lines = text.lines();
    let rows = lines.filter_map(|line| serde_json::from_str::<Row>(line).ok());
    let mut known = BTreeSet::new();
    rows.filter(|row| known.insert(row.key.clone())).collect()
}

/// Adds a row in one write, so that processes that share a folder do not mix their lines.
pub(super) fn add(out: &Path, row: &Row) -> Result<(), Failure> {
    let path = out.join(FILE);
    let mut text = serde_json::to_string(row).expect("our own records are JSON");
    text.push('\n');
    if torn(&path) {
        text.insert(0, '\n');
    }
    let file = OpenOptions::new().create(true).append(true).open(&path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Failure::write(&path, &error))
}

/// Whether the last line has no end.
fn torn(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| bytes.last().is_some_and(|last| *last != b'\n'))
}
