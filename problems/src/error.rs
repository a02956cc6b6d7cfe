//! Why a file of problems or samples was refused, as one line that names the place and the cure.
//!
//! Nothing a candidate does ends up here: these are faults of the files a person handed in.

use std::fmt;
use std::path::PathBuf;

use crate::suite::Format;

/// A fault and where it is: `file:line: what is wrong; what to do`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", one_line(&format!("{place}: {fault}")))]
pub struct Error {
    /// Where.
    pub place: Place,
    /// What.
    #[source]
    pub fault: Box<Fault>,
}

impl Error {
    /// Ties a fault to its place.
    pub fn new(place: Place, fault: Fault) -> Self {
        Self {
            place,
            fault: Box::new(fault),
        }
    }
}

/// What is quoted from a file may hold line ends and whatever else moves a terminal's cursor, and may
/// be as long as the file.
fn one_line(text: &str) -> String {
    const HEAD: usize = 1500;
    const TAIL: usize = 300;
    let escape = |c: char| {
        let escaped = c.is_control().then(|| c.escape_default());
        let plain = escaped.is_none().then_some(c);
        escaped.into_iter().flatten().chain(plain)
    };
    let count = text.chars().count();
    if count <= HEAD + TAIL {
        return text.chars().flat_map(escape).collect();
    }
    let head = text.chars().take(HEAD).flat_map(escape);
    // The cure stands at the end.
    let tail = text.chars().skip(count - TAIL).flat_map(escape);
    head.chain(" … ".chars()).chain(tail).collect()
}

/// A file, and a line in it where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path as it was given.
    pub path: PathBuf,
    /// Counted from 1, blank lines included.
    pub line: Option<usize>,
}

impl Place {
    /// The whole file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            line: None,
        }
    }

    /// One line of it.
    pub fn line(path: impl Into<PathBuf>, line: usize) -> Self {
        Self {
            path: path.into(),
            line: Some(line),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path.display()),
            None => write!(f, "{}", self.path.display()),
        }
    }
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The path leads nowhere.
    #[error("no such file or folder; check the path, or use `builtin:core`")]
    NotFound,
    /// The operating system refused.
    #[error("cannot be read ({why}); check its permissions")]
    Unreadable {
        /// The system's words.
        why: String,
    },
    /// Nothing in it.
    #[error("has no {what}; check that it was written to the end")]
    Empty {
        /// What was looked for.
        what: &'static str,
    },
    /// The compressed stream ends early.
    #[error("the gzip stream is cut short; fetch or compress the file again")]
    TruncatedGzip,
    /// The compressed stream is damaged, or not compressed at all.
    #[error(
        "not a gzip stream ({why}); fetch or compress the file again, or drop `.gz` from its name"
    )]
    BadGzip {
        /// The decoder's words.
        why: String,
    },
    /// Bytes that are not text.
    #[error("not UTF-8 from byte {byte} of the line on; save the file as UTF-8")]
    NotUtf8 {
        /// Counted from 1.
        byte: usize,
    },
    /// One line is beyond all reason.
    #[error("longer than {mib} MiB; write one JSON object a line")]
    LineTooLong {
        /// The limit.
        mib: u64,
    },
    /// All lines together are beyond all reason.
    #[error("more than {mib} MiB of text; split the file")]
    FileTooLong {
        /// The limit.
        mib: u64,
    },
    /// A line is not JSON.
    #[error("not JSON ({why}, column {column}); write one JSON object a line")]
    NotJson {
        /// The parser's words.
        why: String,
        /// Counted from 1.
        column: usize,
    },
    /// A line is JSON but no object.
    #[error("{found} where a JSON object was expected; write one JSON object a line")]
    NotObject {
        /// What stands there.
        found: &'static str,
    },
    /// A key that must be there is not.
    #[error("no key `{key}`; every {owner} row needs it")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// Whose rows.
        owner: String,
    },
    /// A key's value is of the wrong type.
    #[error("key `{key}` is {found}; it must be {expected}")]
    WrongType {
        /// The key.
        key: String,
        /// The type that stands there.
        found: &'static str,
        /// The type that should.
        expected: &'static str,
    },
    /// Two problems of one name.
    #[error("problem `{id}` is already defined at {first}; remove or rename one")]
    Duplicate {
        /// The name.
        id: String,
        /// Where it was first.
        first: Place,
    },
    /// A value outside the format's rules.
    #[error("{why}")]
    Invalid {
        /// What and what to do.
        why: String,
    },
    /// The keys fit no known layout.
    #[error(
        "format not recognised by the keys {keys}; known are {}; name it with `--problem-format`",
        format_names()
    )]
    UnknownFormat {
        /// The keys of the first row, in backticks.
        keys: String,
    },
    /// A format's name that is none.
    #[error("no format is called `{name}`; known are {}", format_names())]
    UnknownFormatName {
        /// The name.
        name: String,
    },
    /// A built-in suite that is none.
    #[error("no built-in suite of that name; there are {known}")]
    UnknownBuiltin {
        /// Those there are, in backticks.
        known: String,
    },
    /// A sample of a task that the suite lacks.
    #[error(
        "task `{task}` is not in the suite `{suite}`; check `task_id`, or give the suite it belongs to"
    )]
    UnknownTask {
        /// The task.
        task: String,
        /// The suite's name.
        suite: String,
    },
}

fn format_names() -> String {
    let names: Vec<String> = Format::ALL
        .iter()
        .map(|format| format!("`{format}`"))
        .collect();
    names.join(", ")
}

/// What kind of JSON a value is, with its article.
pub(crate) fn json_kind(value: &serde_json::Value) -> &'static str {
    use serde_json::Value;
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
