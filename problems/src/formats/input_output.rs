//! The layout of APPS, TACO and verl: `{"inputs": […], "outputs": […], "fn_name"?}` in a column.
//!
//! The column's value is such an object, a JSON string of it, or an array of `{"input", "output"}`.

use serde_json::{Map, Value};

use super::programs::{Pair, json_in, listed, problem as with_pairs};
use super::wrong_type;
use crate::error::Fault;
use crate::problem::{Problem, Visibility};

/// Columns that hold cases, in the order in which they are looked for.
const COLUMNS: [&str; 4] = ["input_output", "test_cases", "ground_truth", "tests"];

/// The column of a row that holds its cases.
pub(super) fn column(row: &Map<String, Value>) -> Option<(&'static str, &Value)> {
    let own = COLUMNS
        .into_iter()
        .find_map(|key| Some((key, row.get(key)?)));
    let of_reward_model = || {
        let truth = row.get("reward_model")?.get("ground_truth")?;
        Some(("reward_model.ground_truth", truth))
    };
    own.or_else(of_reward_model)
}

pub(super) fn problem(row: &Map<String, Value>, line: usize) -> Result<Problem, Fault> {
    let (key, value) = column(row).ok_or_else(|| Fault::MissingKey {
        key: COLUMNS[0],
        owner: "inputs-outputs".to_owned(),
    })?;
    if value.as_str().is_some_and(|text| text.trim().is_empty()) {
        let why = format!("key `{key}` is empty, so there is no case; drop the row");
        return Err(Fault::Invalid { why });
    }
    let value = json_in(key, value)?;
    if value.is_array() {
        return with_pairs(row, line, listed(key, &value, Visibility::Hidden)?, None);
    }
    let part = |name: &str| match value.get(name) {
        Some(Value::Array(items)) => Ok(items.clone()),
        Some(other) => Err(wrong_type(format!("{key}.{name}"), other, "an array")),
        None => Err(Fault::Invalid {
            why: format!("key `{key}` has no `{name}`; it must have `inputs` and `outputs`"),
        }),
    };
    let (inputs, outputs) = (part("inputs")?, part("outputs")?);
    if inputs.len() != outputs.len() {
        let (inputs, outputs) = (inputs.len(), outputs.len());
        let why = format!("key `{key}` has {inputs} inputs and {outputs} outputs; mend the row");
        return Err(Fault::Invalid { why });
    }
    let function = match value.get("fn_name") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.as_str()),
        Some(other) => return Err(wrong_type(format!("{key}.fn_name"), other, "a string")),
    };
    let pairs = inputs.into_iter().zip(outputs).enumerate();
    let pairs = pairs.map(|(index, (input, output))| Pair {
        place: format!("{key}[{index}]"),
        input,
        output,
        visibility: Visibility::Hidden,
    });
    with_pairs(row, line, pairs.collect(), function)
}
