//! Whether a JSON value is of a type, and where it is not.

use std::collections::HashSet;

use serde_json::Value;

use super::Type;
use crate::error::json_kind;

impl Type {
    /// Checks that a JSON value is one of this type.
    ///
    /// # Errors
    /// A phrase that says what stands where, such as ``the value at `[2][0]` is a string, not int``.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let mut path = String::new();
        self.check_at(value, &mut path)
    }

    fn check_at(&self, value: &Value, path: &mut String) -> Result<(), String> {
        match (self, value) {
            (Self::Bool, Value::Bool(_))
            | (Self::Str, Value::String(_))
            | (Self::Optional(_), Value::Null) => Ok(()),
            (Self::Optional(inner), _) => inner.check_at(value, path),
            (Self::Int, Value::Number(number)) => match number.as_i64() {
                Some(_) => Ok(()),
                None => Err(refusal(path, &format!("is `{number}`, not a 64-bit int"))),
            },
            (Self::Float, Value::Number(number)) => match number.as_f64() {
                Some(float) if float.is_finite() => Ok(()),
                _ => Err(refusal(path, &format!("is `{number}`, not a finite float"))),
            },
            (Self::List(inner), Value::Array(items)) => {
                each(items, path, |item, path| inner.check_at(item, path))
            }
            (Self::Set(inner), Value::Array(items)) => {
                each(items, path, |item, path| inner.check_at(item, path))?;
                distinct(items.iter(), path, "members")
            }
            (Self::Tuple(parts), Value::Array(items)) if parts.len() == items.len() => {
                let mut parts = parts.iter();
                each(items, path, |item, path| match parts.next() {
                    Some(part) => part.check_at(item, path),
                    None => Ok(()),
                })
            }
            (Self::Dict(key, inner), Value::Object(map)) if **key == Self::Str => {
                for (name, item) in map {
                    within(path, &format!("[{name:?}]"), |path| {
                        inner.check_at(item, path)
                    })?;
                }
                Ok(())
            }
            (Self::Dict(key, inner), Value::Array(items)) if **key != Self::Str => {
                let pair = Self::Tuple(vec![(**key).clone(), (**inner).clone()]);
                each(items, path, |item, path| pair.check_at(item, path))?;
                distinct(items.iter().filter_map(|item| item.get(0)), path, "keys")
            }
            _ => Err(refusal(
                path,
                &format!("is {}, not {self}", described(value)),
            )),
        }
    }
}

/// What kind of JSON a value is, with its article and, for an array, its length.
fn described(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("an array of {}", items.len()),
        other => json_kind(other).to_owned(),
    }
}

fn refusal(path: &str, what: &str) -> String {
    if path.is_empty() {
        format!("the value {what}")
    } else {
        format!("the value at `{path}` {what}")
    }
}

fn within<T>(path: &mut String, step: &str, inner: impl FnOnce(&mut String) -> T) -> T {
    let length = path.len();
    path.push_str(step);
    let result = inner(path);
    path.truncate(length);
    result
}

fn each(
    items: &[Value],
    path: &mut String,
    mut check: impl FnMut(&Value, &mut String) -> Result<(), String>,
) -> Result<(), String> {
    for (index, item) in items.iter().enumerate() {
        within(path, &format!("[{index}]"), |path| check(item, path))?;
    }
    Ok(())
}

fn distinct<'a>(
    items: impl Iterator<Item = &'a Value>,
    path: &str,
    what: &str,
) -> Result<(), String> {
    let mut seen = HashSet::new();
    for item in items {
        if !seen.insert(item.to_string()) {
            return Err(refusal(path, &format!("repeats `{item}` among its {what}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_checked_against_their_type() {
        let fits =
            |ty: &str, value: serde_json::Value| ty.parse::<Type>().unwrap().check(&value).is_ok();
        assert!(fits("int", json!(i64::MIN)));
        assert!(!fits("int", json!(u64::MAX)));
        assert!(!fits("int", json!(1.0)));
        assert!(!fits("int", json!(true)));
        assert!(fits("float", json!(1)));
        assert!(fits("optional<string>", json!(null)));
        assert!(!fits("string", json!(null)));
        assert!(fits("tuple<int, string>", json!([1, "a"])));
        assert!(!fits("tuple<int, string>", json!([1])));
        assert!(fits("set<int>", json!([2, 1])));
        assert!(!fits("set<int>", json!([1, 1])));
        assert!(fits("dict<string, int>", json!({"a": 1})));
        assert!(!fits("dict<string, int>", json!([["a", 1]])));
        assert!(fits("dict<int, int>", json!([[1, 2], [3, 4]])));
        assert!(!fits("dict<int, int>", json!([[1, 2], [1, 4]])));
        let error = "list<tuple<int, bool>>"
            .parse::<Type>()
            .unwrap()
            .check(&json!([[1, true], [2, 3]]));
        insta::assert_snapshot!(error.unwrap_err(), @"the value at `[1][1]` is a number, not bool");
    }
}
