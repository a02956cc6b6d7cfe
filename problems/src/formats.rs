//! The layouts of problem files: one file each, which turns rows into problems.

pub(crate) mod evalplus;
pub(crate) mod human_eval;
pub(crate) mod mbpp;
pub(crate) mod rewardsmith;

use serde_json::{Map, Value};

use crate::error::{Fault, json_kind};
use crate::problem::Problem;
use crate::suite::Format;

/// Every key that must be there for a row to be of that layout. They are tried in the order of
/// [`RECOGNISED`], since EvalPlus' rows have most of human-eval's keys.
const fn marks(format: Format) -> &'static [&'static str] {
    match format {
        Format::EvalPlus => &[
            "task_id",
            "prompt",
            "entry_point",
            "base_input",
            "plus_input",
        ],
        Format::HumanEval => &["task_id", "prompt", "entry_point", "test"],
        Format::Mbpp => &["task_id", "code", "test_list"],
        Format::Rewardsmith => &["name", "signature"],
    }
}

const RECOGNISED: [Format; 4] = [
    Format::EvalPlus,
    Format::HumanEval,
    Format::Mbpp,
    Format::Rewardsmith,
];

/// The layout of a row, by its keys.
pub(crate) fn recognise(row: &Map<String, Value>) -> Result<Format, Fault> {
    let fits = |format: &Format| marks(*format).iter().all(|key| row.contains_key(*key));
    RECOGNISED.into_iter().find(fits).ok_or_else(|| {
        let keys: Vec<String> = row.keys().take(12).map(|key| format!("`{key}`")).collect();
        let keys = if keys.is_empty() {
            "(none)".to_owned()
        } else {
            keys.join(", ")
        };
        Fault::UnknownFormat { keys }
    })
}

/// Turns a row of that layout into a problem.
pub(crate) fn problem(format: Format, row: Map<String, Value>) -> Result<Problem, Fault> {
    match format {
        Format::HumanEval => human_eval::problem(&row),
        Format::EvalPlus => evalplus::problem(row),
        Format::Mbpp => mbpp::problem(&row),
        Format::Rewardsmith => rewardsmith::problem_from_json(row),
    }
}

/// Reads keys of a row, with faults that name the key and the layout.
pub(crate) struct Row<'a> {
    keys: &'a Map<String, Value>,
    owner: &'a str,
}

impl<'a> Row<'a> {
    pub(crate) fn new(keys: &'a Map<String, Value>, owner: &'a str) -> Self {
        Self { keys, owner }
    }

    pub(crate) fn value(&self, key: &'static str) -> Result<&'a Value, Fault> {
        let missing = || Fault::MissingKey {
            key,
            owner: self.owner.to_owned(),
        };
        self.keys.get(key).ok_or_else(missing)
    }

    pub(crate) fn text(&self, key: &'static str) -> Result<&'a str, Fault> {
        let value = self.value(key)?;
        value
            .as_str()
            .ok_or_else(|| wrong_type(key, value, "a string"))
    }

    pub(crate) fn texts(&self, key: &'static str) -> Result<Vec<&'a str>, Fault> {
        let value = self.value(key)?;
        let items = value
            .as_array()
            .ok_or_else(|| wrong_type(key, value, "an array"))?;
        let text = |(index, item): (usize, &'a Value)| {
            let place = || format!("{key}[{index}]");
            item.as_str()
                .ok_or_else(|| wrong_type(place(), item, "a string"))
        };
        items.iter().enumerate().map(text).collect()
    }
}

pub(crate) fn wrong_type(key: impl Into<String>, value: &Value, expected: &'static str) -> Fault {
    Fault::WrongType {
        key: key.into(),
        found: json_kind(value),
        expected,
    }
}
