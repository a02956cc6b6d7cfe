//! `rewardsmith report`: a page and a text on a training or an ablation, finished or under way.

use std::fs;
use std::path::{Path, PathBuf};

use model::write_file_atomically;
use serde_json::json;

use crate::Status;
use crate::ablate::Ablated;
use crate::commands::Failure;
use crate::console::{Console, Format};
use crate::observed::Observed;
use crate::report::{self, Training};

/// The page's name in the folder that it is about.
const PAGE: &str = "report.html";

/// Writes the page and prints the text; several folders are parts of one ablation.
pub(crate) fn run(
    folders: &[PathBuf],
    out: Option<&Path>,
    console: &Console,
) -> Result<Status, Failure> {
    let first = folders.first().expect("clap requires one");
    let (text, html, data) = if Ablated::is_in(first) {
        let ablated = Ablated::of(folders)?;
        let html = report::html(&ablated, folders);
        (report::text(&ablated), html, json!(ablated.rows))
    } else {
        if let Some(other) = folders.get(1) {
            return Err(Failure::bad_input(format!(
                "`{}` is a training and stands alone; leave out `{}`, or name parts of an ablation",
                first.display(),
                other.display()
            )));
        }
        let observed = Observed::of(first)?;
        let config = fs::read_to_string(first.join("config.toml")).unwrap_or_default();
        let training = Training {
            folder: first,
            config: &config,
            observed: &observed,
        };
        (training.text(), training.html(), json!([observed]))
    };
    let default = first.join(PAGE);
    let path = out.unwrap_or(&default);
    write_file_atomically(path, html.as_bytes())
        .map_err(|error| Failure::cannot_run(error.to_string()))?;
    match console.format {
        Format::Human => console.line(text),
        Format::Jsonl => data
            .as_array()
            .into_iter()
            .flatten()
            .for_each(|row| console.json(row)),
    }
    console.note(format!("the page is `{}`", path.display()));
    Ok(Status::Done)
}
