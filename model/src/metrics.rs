//! Numbers of a run over its steps: a JSON line each step, and TensorBoard's event files.
//!
//! The JSON lines are the record; the event file is for the eyes and can be lost. Both are written
//! as steps end, so a run that is watched or dies shows all its steps.

mod events;

pub use events::EventWriter;

use crate::error::{Error, Result};
use serde_json::{Map, Value};
use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

/// Writes a run's numbers into its folder: `metrics.jsonl` and one event file.
pub struct MetricsWriter {
    lines: File,
    path: PathBuf,
    events: EventWriter,
}

impl MetricsWriter {
    /// Opens the folder's files. A resumed run goes on in the same `metrics.jsonl`, from which the
    /// steps from `first_step` on are dropped: they will be taken again.
    pub fn open(folder: &Path, first_step: u64) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
        let path = folder.join("metrics.jsonl");
        drop_steps(&path, first_step)?;
        let lines = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|e| Error::io(&path, e))?;
        let events = EventWriter::create(folder)?;
        Ok(Self {
            lines,
            path,
            events,
        })
    }

    /// Writes one step's numbers; what is not finite is null in the JSON line.
    pub fn write(&mut self, step: u64, numbers: &[(&str, f64)]) -> Result<()> {
        let mut line = Map::new();
        line.insert("step".into(), step.into());
        for &(name, value) in numbers {
            line.insert(name.into(), Value::from(value));
        }
        let mut text = Value::Object(line).to_string();
        text.push('\n');
        // One write, so that a line is whole or absent.
        self.lines
            .write_all(text.as_bytes())
            .map_err(|e| Error::io(&self.path, e))?;
        self.events.scalars(step, numbers)
    }
}

/// Keeps of a file of lines with a key `step` those before `first_step`, and not a last one that a
/// crash left unfinished. No file is no lines.
pub fn drop_steps(path: &Path, first_step: u64) -> Result<()> {
    let Ok(text) = std::fs::read_to_string(path) else {
        return Ok(());
    };
    let before = |line: &&str| {
        let value: Option<Value> = serde_json::from_str(line).ok();
        value
            .and_then(|v| v["step"].as_u64())
            .is_some_and(|step| step < first_step)
    };
    let kept: String = text
        .lines()
        .filter(before)
        .flat_map(|l| [l, "\n"])
        .collect();
    if kept.len() == text.len() {
        return Ok(());
    }
    crate::files::write_file_atomically(path, kept.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_a_json_line_and_a_resumed_run_replaces_the_steps_it_takes_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = MetricsWriter::open(folder.path(), 0).unwrap();
        for step in 0..4 {
            writer
                .write(step, &[("loss", 0.5), ("norm", f64::NAN)])
                .unwrap();
        }
        drop(writer);
        let path = folder.path().join("metrics.jsonl");
        let mut cut = std::fs::read_to_string(&path).unwrap();
        cut.push_str("{\"step\":4,\"lo");
        std::fs::write(&path, cut).unwrap();
        let mut writer = MetricsWriter::open(folder.path(), 2).unwrap();
        writer.write(2, &[("loss", 0.25)]).unwrap();
        let lines = std::fs::read_to_string(&path).unwrap();
        let old = |step| format!("{{\"step\":{step},\"loss\":0.5,\"norm\":null}}\n");
        assert_eq!(lines, old(0) + &old(1) + "{\"step\":2,\"loss\":0.25}\n");
    }
}
