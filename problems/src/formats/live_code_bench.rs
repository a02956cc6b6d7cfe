//! The layout of LiveCodeBench: public cases, which are visible, and private ones, which are not.
//!
//! Both are JSON arrays in strings. The published files pack the private ones with Python's `pickle`,
//! which is a program and not data: such a row is refused with the cure.

use serde_json::{Map, Value};

use super::programs::{Pair, json_in, listed, problem as with_pairs};
use crate::error::Fault;
use crate::problem::{Problem, Visibility};

const PRIVATE: &str = "private_test_cases";

pub(super) fn problem(row: &Map<String, Value>, line: usize) -> Result<Problem, Fault> {
    let mut pairs = cases(row, "public_test_cases", Visibility::Visible)?;
    if is_packed(row.get(PRIVATE)) {
        let why = format!(
            "key `{PRIVATE}` is packed with Python's pickle, which is not read here; write it as JSON: \
             `json.loads(pickle.loads(zlib.decompress(base64.b64decode(text))))`"
        );
        return Err(Fault::Invalid { why });
    }
    pairs.extend(cases(row, PRIVATE, Visibility::Hidden)?);
    let metadata = match row.get("metadata") {
        Some(Value::Null) | None => Value::Null,
        Some(value) => json_in("metadata", value)?,
    };
    with_pairs(row, line, pairs, metadata["func_name"].as_str())
}

fn cases(row: &Map<String, Value>, key: &str, visibility: Visibility) -> Result<Vec<Pair>, Fault> {
    match row.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Vec::new()),
        Some(value) => listed(key, &json_in(key, value)?, visibility),
    }
}

/// Base64 has none of the characters that JSON begins an array with.
fn is_packed(value: Option<&Value>) -> bool {
    let text = value.and_then(Value::as_str).unwrap_or_default().trim();
    let of_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=\n".contains(c);
    text.len() >= 8 && text.chars().all(of_base64)
}
