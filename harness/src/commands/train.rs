//! `rewardsmith train`: a configuration in, a run folder with a model and its curve out.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::Status;
use crate::commands::Failure;
use crate::commands::eval::stop_on_interrupt;
use crate::console::{Console, Format};
use crate::judge::JudgeOptions;
use crate::train::{Ended, Request, Training, documented, run_name, train};

/// Prints a configuration that documents its keys, or a file's with every key written out.
pub(crate) fn print_config(
    path_or_builtin: Option<&str>,
    console: &Console,
) -> Result<Status, Failure> {
    console.line(documented(path_or_builtin)?.trim_end());
    Ok(Status::Done)
}

/// Trains by a file or by `builtin:NAME`.
pub(crate) fn run(
    path_or_builtin: &str,
    out: Option<&Path>,
    resume: bool,
    judging: JudgeOptions,
    console: &Console,
) -> Result<Status, Failure> {
    let config = Training::load(path_or_builtin)?;
    let default = PathBuf::from("runs").join(run_name(path_or_builtin));
    let out = out.unwrap_or(&default);
    let request = Request {
        config: &config,
        out,
        resume,
        judging,
    };
    let stop = stop_on_interrupt();
    let ended = train(&request, &stop, console)?;
    let shown = out.display();
    if ended.interrupted {
        console.note(format!(
            "interrupted after step {} of {}: saved in `{shown}`; go on with \
             `rewardsmith train {path_or_builtin} --out {shown} --resume`",
            ended.step, ended.steps
        ));
        return Ok(Status::Interrupted);
    }
    match console.format {
        Format::Human => console.line(table(&ended)),
        Format::Jsonl => console.json(&summary(&ended)),
    }
    console.note(format!(
        "the model is in `{shown}/checkpoint`, its curve in `{shown}/metrics.jsonl`"
    ));
    Ok(Status::Done)
}

fn summary(ended: &Ended) -> Value {
    let mut line: Map<String, Value> = Map::new();
    let own = json!({
        "type": "summary",
        "steps": ended.steps,
        "tokens": ended.tokens,
        "loss": ended.loss,
        "seconds": ended.seconds,
        "cpu_seconds": ended.cpu_seconds,
    });
    line.extend(own.as_object().cloned().unwrap_or_default());
    let measured = ended.measured.iter();
    line.extend(measured.map(|(name, value)| ((*name).to_owned(), Value::from(*value))));
    Value::Object(line)
}

fn table(ended: &Ended) -> String {
    let mut rows = vec![
        ("steps".to_owned(), ended.steps.to_string()),
        ("tokens".to_owned(), ended.tokens.to_string()),
        ("loss".to_owned(), format!("{:.4}", ended.loss)),
        (
            "time".to_owned(),
            format!("{:.1} s, {:.1} s of CPU", ended.seconds, ended.cpu_seconds),
        ),
    ];
    let measured = ended.measured.iter();
    rows.extend(measured.map(|(name, value)| (name.replace('_', " "), shown(*value))));
    let lines = rows
        .iter()
        .map(|(name, value)| format!("{name:<24} {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Counts as they are, shares with four digits, what is tiny in powers of ten.
fn shown(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value}")
    } else if value.abs() < 1e-3 {
        format!("{value:.1e}")
    } else {
        format!("{value:.4}")
    }
}
