//! From a path or a built-in's name to a suite.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::builtin;
use crate::error::{Error, Fault, Place};
use crate::formats::{problem, recognise, rewardsmith::problem_from_toml};
use crate::lines::{Lines, parse_row, unreadable, utf8};
use crate::problem::{Problem, ProblemId};
use crate::suite::{Format, Suite};

/// What names a suite inside the binary.
const BUILTIN: &str = "builtin:";

/// Loads a suite from a `.jsonl` or `.jsonl.gz` file, from a folder of TOML files or, written
/// `builtin:NAME`, from the binary itself. The format is recognised by the keys of the first row unless
/// it is given.
pub fn load(path_or_builtin: &str, format: Option<Format>) -> Result<Suite, Error> {
    if let Some(name) = path_or_builtin.strip_prefix(BUILTIN) {
        return builtin::load(name);
    }
    let path = Path::new(path_or_builtin);
    if path.is_dir() {
        folder(path, format)
    } else {
        rows(path, format)
    }
}

/// Problems as they are collected, each with the place it came from.
struct Collected {
    problems: Vec<Problem>,
    places: HashMap<ProblemId, Place>,
}

impl Collected {
    fn new() -> Self {
        Self {
            problems: Vec::new(),
            places: HashMap::new(),
        }
    }

    fn push(&mut self, problem: Problem, place: Place) -> Result<(), Error> {
        if let Some(first) = self.places.get(&problem.id) {
            let fault = Fault::Duplicate {
                id: problem.id.to_string(),
                first: first.clone(),
            };
            return Err(Error::new(place, fault));
        }
        self.places.insert(problem.id.clone(), place);
        self.problems.push(problem);
        Ok(())
    }

    fn into_suite(self, name: String, format: Format, path: &Path) -> Result<Suite, Error> {
        if self.problems.is_empty() {
            return Err(Error::new(
                Place::file(path),
                Fault::Empty { what: "problems" },
            ));
        }
        Ok(Suite {
            name,
            format,
            problems: self.problems,
        })
    }
}

/// Loads a suite from the bytes of a `.jsonl` file that lies in memory; errors call it `name`.
pub fn load_bytes(name: &str, bytes: &[u8], format: Option<Format>) -> Result<Suite, Error> {
    let path = Path::new(name);
    rows_of(Lines::of_bytes(path, bytes), path, format)
}

fn rows(path: &Path, format: Option<Format>) -> Result<Suite, Error> {
    rows_of(Lines::open(path)?, path, format)
}

fn rows_of(mut lines: Lines, path: &Path, format: Option<Format>) -> Result<Suite, Error> {
    let mut collected = Collected::new();
    let mut known = format;
    loop {
        // What was read before the file stopped making sense is looked at first.
        let (batch, then) = lines.next_batch();
        let Some((first, text)) = batch.first() else {
            then?;
            break;
        };
        let refuse = |line, fault| Error::new(lines.place(line), fault);
        let format = match known {
            Some(format) => format,
            None => parse_row(text)
                .and_then(|row| recognise(&row))
                .map_err(|fault| refuse(*first, fault))?,
        };
        known = Some(format);
        let parse = |(line, text): &(usize, String)| {
            parse_row(text).and_then(|row| problem(format, row, *line))
        };
        let parsed: Vec<_> = batch.par_iter().map(parse).collect();
        for (parsed, (line, _)) in parsed.into_iter().zip(&batch) {
            let parsed = parsed.map_err(|fault| refuse(*line, fault))?;
            collected.push(parsed, lines.place(*line))?;
        }
        then?;
    }
    let format = known.unwrap_or(Format::Rewardsmith);
    collected.into_suite(stem(path), format, path)
}

fn folder(path: &Path, format: Option<Format>) -> Result<Suite, Error> {
    if let Some(format) = format.filter(|format| *format != Format::Rewardsmith) {
        let why =
            format!("a folder of problems is always of our own format; give `{format}` a file");
        return Err(Error::new(Place::file(path), Fault::Invalid { why }));
    }
    let refuse = |error: &std::io::Error| Error::new(Place::file(path), unreadable(error));
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| refuse(&error))? {
        let file = entry.map_err(|error| refuse(&error))?.path();
        if file
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(file);
        }
    }
    files.sort();
    let contents = files.into_iter().map(|file| {
        let bytes = fs::read(&file);
        let bytes = bytes.map_err(|error| Error::new(Place::file(&file), unreadable(&error)))?;
        Ok((file, bytes))
    });
    suite_of_files(&stem(path), path, contents)
}

/// Builds a suite from the TOML files of a folder, which need not be on a disk.
pub(crate) fn suite_of_files(
    name: &str,
    folder: &Path,
    files: impl Iterator<Item = Result<(PathBuf, Vec<u8>), Error>>,
) -> Result<Suite, Error> {
    let mut collected = Collected::new();
    for file in files {
        let (file, bytes) = file?;
        let text = utf8(&file, bytes)?;
        let problem = problem_from_toml(&text).map_err(|(line, fault)| {
            Error::new(
                Place {
                    path: file.clone(),
                    line,
                },
                fault,
            )
        })?;
        let place = Place::file(&file);
        let stem = file.file_stem().unwrap_or_default();
        if stem != problem.id.as_str() {
            let why = format!(
                "problem `{0}` must lie in `{0}.toml`; rename one",
                problem.id
            );
            return Err(Error::new(place, Fault::Invalid { why }));
        }
        collected.push(problem, place)?;
    }
    collected.into_suite(name.to_owned(), Format::Rewardsmith, folder)
}

/// The name of a file or folder without any extension.
fn stem(path: &Path) -> String {
    let name = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = name
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned();
    match name.split_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => name,
    }
}
