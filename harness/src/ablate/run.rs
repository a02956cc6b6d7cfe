//! Makes the runs of a plan: each stage in its folder, unless it is there already.
//!
//! ```text
//! OUT/ablation.toml        what is compared, every key written out
//! OUT/ablation.lock        held by the process that writes that file
//! OUT/results.jsonl        a line a finished run
//! OUT/stages/KEY/          a stage's run folder; finished.json is there once it has come to its end
//! OUT/stages/KEY.lock      held by the process that trains it
//! ```
//! A stage that was interrupted goes on from its checkpoint. Processes may share a folder: one trains
//! a stage, the others wait for it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use model::write_file_atomically;
use serde::{Deserialize, Serialize};

use super::plan::{Plan, Run, Stage};
use super::results::{Row, add, read};
use crate::commands::Failure;
use crate::console::Console;
use crate::judge::JudgeOptions;
use crate::train::{self, train};

/// The file that says what is compared.
pub(super) const PLAN_FILE: &str = "ablation.toml";

/// The file that says that a stage has come to its end.
const FINISHED: &str = "finished.json";

/// Which part of the runs: the `number`-th of `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    number: usize,
    of: usize,
}

impl Shard {
    pub(crate) const WHOLE: Self = Self { number: 1, of: 1 };

    /// Its part of so many runs. Neighbours share stages, so a part is a piece.
    fn part(self, count: usize) -> std::ops::Range<usize> {
        (self.number - 1) * count / self.of..self.number * count / self.of
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/');
        let numbers = numbers.and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((number, of)) if 1 <= number && number <= of => Ok(Self { number, of }),
            _ => Err("give K/N with K from 1 to N, as 2/3".to_owned()),
        }
    }
}

/// What to make, and where.
pub(crate) struct Request<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) out: &'a Path,
    pub(crate) shard: Shard,
    pub(crate) judging: JudgeOptions,
}

/// How a stage came to its end.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Finished {
    pub(super) seconds: f64,
    pub(super) cpu_seconds: f64,
}

impl Finished {
    /// Of a stage's folder; `None` where it has not come to its end.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(FINISHED)).ok()?;
        serde_json::from_str(&text).ok()
    }
}

/// Where a stage lies.
pub(super) fn stage_folder(out: &Path, key: &str) -> PathBuf {
    out.join("stages").join(key)
}

/// Makes the runs of a shard; whether it was interrupted. A run that fails does not stop the others;
/// the first failure is told in the end.
pub(crate) fn run(
    request: &Request<'_>,
    halt: &AtomicBool,
    console: &Console,
) -> Result<bool, Failure> {
    let Request { plan, out, .. } = request;
    let stages = out.join("stages");
    fs::create_dir_all(&stages).map_err(|error| Failure::write(&stages, &error))?;
    note_plan(out, &plan.resolved)?;
    let runs = &plan.runs[request.shard.part(plan.runs.len())];
    let mut maker = Maker {
        request,
        halt,
        console,
        failed: BTreeMap::new(),
    };
    let mut known: Vec<String> = read(out).into_iter().map(|row| row.key).collect();
    for (number, run) in (1..).zip(runs) {
        if known.iter().any(|key| key == run.key()) {
            continue;
        }
        let title = format!(
            "run {number} of {}: {}, seed {}",
            runs.len(),
            run.cell.name(),
            run.seed
        );
        if !maker.make(run, &title) {
            if halt.load(Ordering::Relaxed) {
                return Ok(true);
            }
            continue;
        }
        add(out, &Row::of(run, out)?)?;
        known.push(run.key().to_owned());
    }
    match maker.failed.into_values().next() {
        Some(failure) => Err(failure),
        None => Ok(false),
    }
}

/// Writes what is compared. Processes that share the folder do so one after the other, for they use
/// the same temporary file.
fn note_plan(out: &Path, resolved: &str) -> Result<(), Failure> {
    let path = out.join(PLAN_FILE).with_extension("lock");
    let lock = File::create(&path);
    let locked = lock.and_then(|lock| lock.lock().map(|()| lock));
    let _lock = locked.map_err(|error| Failure::write(&path, &error))?;
    write_file_atomically(&out.join(PLAN_FILE), resolved.as_bytes())
        .map_err(|error| Failure::cannot_run(error.to_string()))
}

struct Maker<'a> {
    request: &'a Request<'a>,
    halt: &'a AtomicBool,
    console: &'a Console,
    /// Stages that could not be trained, by key.
    failed: BTreeMap<String, Failure>,
}

impl Maker<'_> {
    /// Makes what is missing of a run; whether all of it is there now.
    fn make(&mut self, run: &Run, title: &str) -> bool {
        let mut title = Some(title);
        for stage in &run.stages {
            if self.failed.contains_key(&stage.key) {
                return false;
            }
            match self.stage(stage, &mut title) {
                Ok(true) => {}
                Ok(false) => return false,
                Err(failure) => {
                    let message = format!("`{}`: {}", stage.key, failure.message);
                    self.console.note(&message);
                    let failure = Failure { message, ..failure };
                    self.failed.insert(stage.key.clone(), failure);
                    return false;
                }
            }
        }
        true
    }

    /// Trains a stage unless it is finished; whether it is now.
    fn stage(&self, stage: &Stage, title: &mut Option<&str>) -> Result<bool, Failure> {
        let folder = stage_folder(self.request.out, &stage.key);
        if Finished::read(&folder).is_some() {
            return Ok(true);
        }
        if let Some(title) = title.take() {
            self.console.note(title);
        }
        let path = folder.with_extension("lock");
        let cannot = |error| Failure::write(&path, &error);
        let lock = File::create(&path).map_err(cannot)?;
        if lock.try_lock().is_err() {
            let key = &stage.key;
            self.console
                .note(format!("waiting for `{key}`, which another process trains"));
            lock.lock().map_err(cannot)?;
            if Finished::read(&folder).is_some() {
                return Ok(true);
            }
        }
        self.console.note(format!("training `{}`", stage.key));
        let ended = train(
            &train::Request {
                config: &stage.config,
                out: &folder,
                resume: folder.join("config.toml").exists(),
                judging: self.request.judging.clone(),
            },
            self.halt,
            self.console,
        )?;
        if ended.interrupted {
            return Ok(false);
        }
        let finished = Finished {
            seconds: ended.seconds,
            cpu_seconds: ended.cpu_seconds,
        };
        let text = serde_json::to_string(&finished).expect("numbers have a form in JSON");
        write_file_atomically(&folder.join(FINISHED), text.as_bytes())
            .map_err(|error| Failure::cannot_run(error.to_string()))?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_that_share_a_folder_can_begin_at_once() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        note_plan(folder.path(), "seeds = [1]").unwrap();
                    }
                });
            }
        });
        let text = fs::read_to_string(folder.path().join(PLAN_FILE)).unwrap();
        assert_eq!(text, "seeds = [1]");
    }

    #[test]
    fn shards_are_the_whole_without_overlap() {
        for (count, of) in [(10, 3), (2, 5), (7, 1)] {
            let shards = (1..=of).map(|number| Shard { number, of });
            let runs: Vec<usize> = shards.flat_map(|shard| shard.part(count)).collect();
            assert_eq!(runs, (0..count).collect::<Vec<_>>());
        }
        assert_eq!("2/3".parse(), Ok(Shard { number: 2, of: 3 }));
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
