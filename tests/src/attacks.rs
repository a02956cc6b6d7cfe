//! The corpus of attacks: files that carry their own expectation.
//!
//! A file under `attacks/LANGUAGE/` is one program, and the `.jsonl` files beside these folders hold
//! the problems. Its head comment says which problems it is
//! handed in for, what it tries, and which verdict it must get:
//! ```text
//! # language: python
//! # problem: code/total, values/total
//! # idea: forging the comparison: an object that equals everything
//! # verdict: protocol_violation
//! # native: skip
//! ```
//! The first words of the idea, up to the colon, are its group. `native: skip` may be left out: it
//! keeps a file that would harm the machine from being run without a sandbox, for comparison with
//! other scorers. Nothing here knows a file's name: adding a case is adding a file.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The group of programs that are honest and must pass.
pub const HONEST: &str = "honest";

/// One program and what is expected of it.
#[derive(Clone, Debug)]
pub struct Attack {
    /// The file's name without its ending.
    pub name: String,
    /// The ids of the problems that it is handed in for.
    pub problems: Vec<String>,
    /// The group of its idea.
    pub group: String,
    /// The verdict it must get for each of its problems.
    pub verdict: String,
    /// The program, head comment included.
    pub source: String,
}

impl Attack {
    /// Whether the program is honest and must pass.
    pub fn is_honest(&self) -> bool {
        self.group == HONEST
    }
}

/// Where the corpus lies.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("attacks")
}

/// Every attack on one language, by name.
///
/// # Panics
/// Where a file cannot be read or its head comment lacks something; the message names the file.
pub fn corpus(language: &str) -> Vec<Attack> {
    let folder = folder().join(language);
    let entries = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("cannot read `{}`: {error}", folder.display()));
    let mut attacks: Vec<Attack> = entries
        .map(|entry| {
            let path = entry.expect("a folder that opens can be listed").path();
            read(&path, language).unwrap_or_else(|why| panic!("`{}`: {why}", path.display()))
        })
        .collect();
    attacks.sort_by(|a, b| a.name.cmp(&b.name));
    attacks
}

fn read(path: &Path, language: &str) -> Result<Attack, String> {
    let source = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let key = |key: &str| {
        // A program may begin with a byte order mark, or speak another language than Python.
        let mut lines = source.trim_start_matches('\u{feff}').lines();
        lines.find_map(|line| {
            let (found, value) = line.trim_start_matches(['#', '/', ' ']).split_once(':')?;
            (found == key).then(|| value.trim().to_owned())
        })
    };
    let wanted = |name: &str| key(name).ok_or_else(|| format!("its head comment has no `{name}`"));
    let spoken = wanted("language")?;
    if spoken != language {
        return Err(format!(
            "its language is `{spoken}`, its folder is for {language}"
        ));
    }
    let idea = wanted("idea")?;
    let (group, _) = idea
        .split_once(':')
        .ok_or("its idea names no group before a colon")?;
    Ok(Attack {
        name: path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        problems: wanted("problem")?
            .split(',')
            .map(|id| id.trim().to_owned())
            .collect(),
        group: group.to_owned(),
        verdict: wanted("verdict")?,
        source,
    })
}

/// The problems of one file of the corpus: each one's id and the program that it says solves it, if
/// there is one.
///
/// # Panics
/// Where the file is not in one of the layouts.
pub fn honest_programs(file: &Path) -> Vec<(String, Option<String>)> {
    let text = fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("cannot read `{}`: {error}", file.display()));
    let program = |line: &str| {
        let row: Value = serde_json::from_str(line).ok()?;
        let word = |key: &str| row[key].as_str().map(str::to_owned);
        let Some(id) = word("task_id") else {
            let reference = row["references"][0]["source"].as_str();
            return Some((word("name")?, reference.map(str::to_owned)));
        };
        let program = word("prompt").zip(word("canonical_solution"));
        Some((id, program.map(|(prompt, solution)| prompt + &solution)))
    };
    text.lines()
        .map(|line| program(line).unwrap_or_else(|| panic!("not a problem: {line}")))
        .collect()
}
