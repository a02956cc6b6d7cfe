//! Micro-Python: a generator of small problems for the built-in model.
//!
//! A problem is a function signature with types, a docstring of one sentence, and a body of one to
//! three chained primitives (`primitive.rs` says what those are). It comes in one of several
//! phrasings and styles of code, with eight cases and with variants that carry a known mistake, so
//! that the strength of its cases is known.
//!
//! Everything is drawn from one random stream per (seed, split, index): a problem does not depend on
//! how many are asked for, and the bytes are the same on every platform. `micro`,
//! `micro/train`, `micro/valid` and `micro/test` name the suites (see [`load`]).
//!
//! Not here: fill-in-the-middle, which is a transform of the training text, and the judging of
//! candidates. The evaluator below `python` runs texts of this module only.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use rayon::prelude::*;

use crate::error::Fault;
use crate::suite::{Format, Suite};

mod body;
mod bools;
mod cases;
mod catalogue;
mod dicts;
mod draft;
mod inputs;
mod ints;
mod lists;
mod lists_to_lists;
mod phrase;
mod primitive;
mod problem;
mod python;
mod rows;
mod stream;
mod strings;
mod texts;
mod value;
mod words;

#[cfg(test)]
mod tests;

pub use cases::{Answer, Answers};
pub use draft::WrongVariant;
pub use primitive::{Bug, BugKind, Extra, Primitive, Type};
pub use problem::MicroProblem;
pub use rows::{Label, Mix, Row, train_rows, train_rows_in};

/// A part of the problems, by composition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Split {
    /// What a model may learn from; it has every primitive alone.
    Train,
    /// Held-out compositions to tune on.
    Valid,
    /// Held-out compositions to report on.
    Test,
}

impl Split {
    /// The name in `builtin:micro/NAME`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Valid => "valid",
            Self::Test => "test",
        }
    }

    fn lane(self) -> stream::Lane {
        match self {
            Self::Train => stream::Lane::Train,
            Self::Valid => stream::Lane::Valid,
            Self::Test => stream::Lane::Test,
        }
    }
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which problems: what stands after `builtin:micro`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The split.
    pub split: Split,
    /// How many.
    pub n: usize,
    /// The seed.
    pub seed: u64,
    /// Whether the cases carry the evaluator's answers.
    pub answers: Source,
}

/// Where the right answers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The reference, run by whoever judges.
    Oracle,
    /// The crate's own evaluator, already filled in.
    Evaluator,
}

/// More problems in one suite than this take gigabytes.
const MOST: usize = 1_000_000;

impl Default for Selection {
    fn default() -> Self {
        Self {
            split: Split::Test,
            n: 200,
            seed: 0,
            answers: Source::Oracle,
        }
    }
}

/// Reads `micro`, `micro/SPLIT` and `micro/SPLIT?n=200&seed=7&answers=evaluator`; what is not said is
/// as in the default.
impl FromStr for Selection {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (path, options) = text.split_once('?').unwrap_or((text, ""));
        let split = match path {
            "micro" | "micro/test" => Split::Test,
            "micro/valid" => Split::Valid,
            "micro/train" => Split::Train,
            _ => {
                return Err(format!(
                    "no suite `{path}`; there are micro/train, micro/valid and micro/test"
                ));
            }
        };
        let mut selection = Self {
            split,
            ..Self::default()
        };
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (key, value) = option.split_once('=').unwrap_or((option, ""));
            let refused = || format!("option `{key}` cannot be `{value}`");
            match key {
                "n" => {
                    selection.n = value
                        .parse()
                        .ok()
                        .filter(|n| (1..=MOST).contains(n))
                        .ok_or_else(|| format!("{}; give 1 to {MOST}", refused()))?;
                }
                "seed" => {
                    selection.seed = value
                        .parse()
                        .map_err(|_| format!("{}; give a whole number from 0 on", refused()))?;
                }
                "answers" => {
                    selection.answers = match value {
                        "oracle" => Source::Oracle,
                        "evaluator" => Source::Evaluator,
                        _ => return Err(format!("{}; give oracle or evaluator", refused())),
                    };
                }
                _ => {
                    return Err(format!(
                        "unknown option `{key}`; known are n, seed and answers"
                    ));
                }
            }
        }
        Ok(selection)
    }
}

/// The first `n` problems of that split and seed, no two with the same prompt. The first problems do
/// not depend on `n`.
pub fn problems(split: Split, n: usize, seed: u64) -> Vec<MicroProblem> {
    let mut prompts = HashSet::new();
    let mut found: Vec<MicroProblem> = Vec::with_capacity(n);
    let mut next = 0;
    while found.len() < n {
        let end = next + (n - found.len()).next_multiple_of(64) as u64;
        let drawn: Vec<Option<MicroProblem>> = (next..end)
            .into_par_iter()
            .map(|index| MicroProblem::draw(split, seed, index))
            .collect();
        let room = n - found.len();
        let fresh = drawn
            .into_iter()
            .flatten()
            .filter(|p| prompts.insert(p.prompt.clone()));
        found.extend(fresh.take(room));
        next = end;
    }
    found
}

/// Every primitive, in the order of the tables.
pub fn primitives() -> &'static [&'static Primitive] {
    &catalogue::CATALOGUE.primitives
}

/// The suite of that name, which is what stands after `builtin:`: `micro`, `micro/test?n=200&seed=7`.
pub fn load(name: &str) -> Result<Suite, Fault> {
    let selection = name.parse().map_err(|why| Fault::Invalid { why })?;
    Ok(suite_of(selection))
}

/// The same as a suite whose answers come from the references.
pub fn suite(split: Split, n: usize, seed: u64) -> Suite {
    suite_of(Selection {
        split,
        n,
        seed,
        answers: Source::Oracle,
    })
}

/// The selected problems as a suite.
pub fn suite_of(selection: Selection) -> Suite {
    let Selection {
        split,
        n,
        seed,
        answers,
    } = selection;
    let problem = |micro: MicroProblem| match answers {
        Source::Oracle => micro.problem(),
        Source::Evaluator => micro
            .judged(&micro.evaluated())
            .expect("it was drawn by the same answers")
            .problem(),
    };
    Suite {
        name: format!("micro/{split}"),
        format: Format::Rewardsmith,
        problems: problems(split, n, seed).into_iter().map(problem).collect(),
    }
}
