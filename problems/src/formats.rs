//! The layouts of problem files: one file each, which turns rows into problems.

pub(crate) mod evalplus;
pub(crate) mod human_eval;
mod human_eval_x;
mod input_output;
mod live_code_bench;
pub(crate) mod mbpp;
mod multipl_e;
mod open_r1;
mod programs;
pub(crate) mod rewardsmith;

use serde_json::{Map, Value};

use crate::error::{Fault, json_kind};
use crate::problem::Problem;
use crate::suite::Format;

/// Whether a row is of that layout, by its keys. Layouts are tried in the order of [`RECOGNISED`], since
/// the keys of some are among those of others.
fn is_of(format: Format, row: &Map<String, Value>) -> bool {
    let has = |keys: &[&str]| keys.iter().all(|key| row.contains_key(*key));
    match format {
        Format::EvalPlus => has(&[
            "task_id",
            "prompt",
            "entry_point",
            "base_input",
            "plus_input",
        ]),
        Format::HumanEval => has(&["task_id", "prompt", "entry_point", "test"]),
        Format::HumanEvalX => has(&["task_id", "prompt", "declaration", "test"]),
        Format::MultiplE => has(&["name", "language", "prompt", "tests"]),
        Format::Mbpp => has(&["task_id", "code", "test_list"]),
        Format::LiveCodeBench => has(&["public_test_cases"]),
        Format::OpenR1 => has(&["verification_info"]),
        Format::InputsOutputs => input_output::column(row).is_some(),
        Format::Rewardsmith => has(&["name", "signature"]),
    }
}

const RECOGNISED: [Format; 9] = [
    Format::EvalPlus,
    Format::HumanEval,
    Format::HumanEvalX,
    Format::MultiplE,
    Format::Mbpp,
    Format::LiveCodeBench,
    Format::OpenR1,
    Format::Rewardsmith,
    Format::InputsOutputs,
];

/// The layout of a row, by its keys.
pub(crate) fn recognise(row: &Map<String, Value>) -> Result<Format, Fault> {
    let found = RECOGNISED.into_iter().find(|format| is_of(*format, row));
    found.ok_or_else(|| {
        let keys: Vec<String> = row.keys().take(12).map(|key| format!("`{key}`")).collect();
        let keys = if keys.is_empty() {
            "(none)".to_owned()
        } else {
            keys.join(", ")
        };
        Fault::UnknownFormat { keys }
    })
}

/// Turns a row of that layout into a problem. Where a set gives its rows no name, `line` does.
pub(crate) fn problem(
    format: Format,
    row: Map<String, Value>,
    line: usize,
) -> Result<Problem, Fault> {
    match format {
        Format::HumanEval => human_eval::problem(&row),
        Format::EvalPlus => evalplus::problem(row),
        Format::HumanEvalX => human_eval_x::problem(&row),
        Format::MultiplE => multipl_e::problem(&row),
        Format::Mbpp => mbpp::problem(&row),
        Format::InputsOutputs => input_output::problem(&row, line),
        Format::LiveCodeBench => live_code_bench::problem(&row, line),
        Format::OpenR1 => open_r1::problem(&row, line),
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
