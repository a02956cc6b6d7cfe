//! The layout of open-r1: `verification_info` with a language and cases.

use serde_json::{Map, Value};

use super::programs::{json_in, listed, problem as with_pairs};
use super::wrong_type;
use crate::error::Fault;
use crate::language;
use crate::problem::{Problem, Visibility};

const KEY: &str = "verification_info";

pub(super) fn problem(row: &Map<String, Value>, line: usize) -> Result<Problem, Fault> {
    let missing = || Fault::MissingKey {
        key: KEY,
        owner: "open-r1".to_owned(),
    };
    let info = json_in(KEY, row.get(KEY).ok_or_else(missing)?)?;
    let place = format!("{KEY}.test_cases");
    let Some(cases) = info.get("test_cases") else {
        let why = format!("key `{KEY}` has no `test_cases`; add them");
        return Err(Fault::Invalid { why });
    };
    let cases = json_in(&place, cases)?;
    let pairs = listed(&place, &cases, Visibility::Hidden)?;
    let mut names = cases.as_array().into_iter().flatten();
    let function = names.find_map(|case| case.get("fn_name")?.as_str());
    let problem = with_pairs(row, line, pairs, function)?;
    let language = match info.get("language") {
        None | Some(Value::Null) => problem.language.clone(),
        Some(Value::String(name)) => Some(language::canonical(name)),
        Some(other) => return Err(wrong_type(format!("{KEY}.language"), other, "a string")),
    };
    Ok(Problem {
        language,
        ..problem
    })
}
