//! Writes prompts and values as Python.

use std::fmt::Write;

use serde_json::Value;

use crate::problem::{CallCase, Expected};
use crate::signature::{Signature, Type};

/// A triple-quoted literal of that text: raw where it holds backslashes, so that it reads as written.
pub(crate) fn docstring(text: &str) -> String {
    let text = text.replace("\"\"\"", "\\\"\\\"\\\"");
    let prefix = if text.contains('\\') { "r" } else { "" };
    // A last character that touches the closing quotes must not change them.
    let gap = if text.ends_with(['"', '\\']) { " " } else { "" };
    format!("{prefix}\"\"\"{text}{gap}\"\"\"")
}

/// The prompt of a language-neutral problem: the head of the function with its types, the statement,
/// and the visible cases as examples.
pub(crate) fn prompt(signature: &Signature, statement: &str, examples: &[&CallCase]) -> String {
    let mut body = String::new();
    for (index, line) in statement.trim().lines().enumerate() {
        let indent = if index == 0 || line.trim().is_empty() {
            ""
        } else {
            "    "
        };
        body.push_str(indent);
        body.push_str(line.trim_end());
        body.push('\n');
    }
    for (index, case) in examples.iter().enumerate() {
        let Expected::Value(expected) = &case.expected else {
            continue;
        };
        if index == 0 {
            body.push('\n');
        }
        let call = call(signature, &case.args);
        let answer = literal(expected, &signature.returns);
        let _ = write!(body, "    >>> {call}\n    {answer}\n");
    }
    body.push_str("    ");
    format!("{}\n    {}\n", head(signature), docstring(&body))
}

fn head(signature: &Signature) -> String {
    let parameters: Vec<String> = signature
        .parameters
        .iter()
        .map(|parameter| format!("{}: {}", parameter.name, annotation(&parameter.ty)))
        .collect();
    format!(
        "def {}({}) -> {}:",
        signature.name,
        parameters.join(", "),
        annotation(&signature.returns)
    )
}

fn call(signature: &Signature, args: &[Value]) -> String {
    let args: Vec<String> = args
        .iter()
        .zip(&signature.parameters)
        .map(|(arg, parameter)| literal(arg, &parameter.ty))
        .collect();
    format!("{}({})", signature.name, args.join(", "))
}

/// A type as Python writes it.
fn annotation(ty: &Type) -> String {
    match ty {
        Type::Int => "int".to_owned(),
        Type::Float => "float".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Str => "str".to_owned(),
        Type::List(inner) => format!("list[{}]", annotation(inner)),
        Type::Set(inner) => format!("set[{}]", annotation(inner)),
        Type::Optional(inner) => format!("{} | None", annotation(inner)),
        Type::Dict(key, value) => format!("dict[{}, {}]", annotation(key), annotation(value)),
        Type::Tuple(parts) => {
            let parts: Vec<String> = parts.iter().map(annotation).collect();
            format!("tuple[{}]", parts.join(", "))
        }
    }
}

/// A value as Python writes it. The value has been checked against the type.
fn literal(value: &Value, ty: &Type) -> String {
    match (ty, value) {
        (Type::Optional(inner), value) if !value.is_null() => literal(value, inner),
        (_, Value::Null) => "None".to_owned(),
        (_, Value::Bool(true)) => "True".to_owned(),
        (_, Value::Bool(false)) => "False".to_owned(),
        (Type::Float, Value::Number(number)) => {
            let text = number.to_string();
            if text.contains(['.', 'e', 'E']) {
                text
            } else {
                format!("{text}.0")
            }
        }
        (_, Value::Number(number)) => number.to_string(),
        (_, Value::String(text)) => string_literal(text),
        (Type::Set(_), Value::Array(items)) if items.is_empty() => "set()".to_owned(),
        (Type::Set(inner), Value::Array(items)) => format!("{{{}}}", list(items, inner)),
        (Type::List(inner), Value::Array(items)) => format!("[{}]", list(items, inner)),
        (Type::Tuple(parts), Value::Array(items)) => {
            let texts: Vec<String> = items
                .iter()
                .zip(parts)
                .map(|(item, part)| literal(item, part))
                .collect();
            let comma = if texts.len() == 1 { "," } else { "" };
            format!("({}{comma})", texts.join(", "))
        }
        (Type::Dict(_, inner), Value::Object(map)) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{}: {}", string_literal(key), literal(value, inner)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        (Type::Dict(key, inner), Value::Array(pairs)) => {
            let entry = |pair: &Value| {
                Some(format!(
                    "{}: {}",
                    literal(pair.get(0)?, key),
                    literal(pair.get(1)?, inner)
                ))
            };
            let entries: Vec<String> = pairs.iter().filter_map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
        _ => value.to_string(),
    }
}

fn list(items: &[Value], ty: &Type) -> String {
    let items: Vec<String> = items.iter().map(|item| literal(item, ty)).collect();
    items.join(", ")
}

/// As Python's `repr` writes it: single quotes unless only they occur inside.
fn string_literal(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut literal = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if c == quote => {
                literal.push('\\');
                literal.push(c);
            }
            c if c.is_control() => {
                let _ = write!(literal, "\\x{:02x}", u32::from(c));
            }
            c => literal.push(c),
        }
    }
    literal.push(quote);
    literal
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_docstring_reads_as_written() {
        assert_eq!(docstring("plain"), r#""""plain""""#);
        assert_eq!(docstring(r"a \n b"), r#"r"""a \n b""""#);
        assert_eq!(docstring("say \"hi\""), r#""""say "hi" """"#);
        assert_eq!(docstring("\"\"\""), r#"r"""\"\"\" """"#);
    }

    #[test]
    fn values_are_written_as_python_writes_them() {
        let written = |ty: &str, value: serde_json::Value| literal(&value, &ty.parse().unwrap());
        assert_eq!(written("float", json!(3)), "3.0");
        assert_eq!(written("float", json!(1e300)), "1e+300");
        assert_eq!(written("optional<bool>", json!(true)), "True");
        assert_eq!(written("optional<bool>", json!(null)), "None");
        assert_eq!(written("tuple<int>", json!([1])), "(1,)");
        assert_eq!(written("set<int>", json!([])), "set()");
        assert_eq!(written("set<int>", json!([2, 1])), "{2, 1}");
        assert_eq!(
            written("dict<int, list<float>>", json!([[1, [2]]])),
            "{1: [2.0]}"
        );
        assert_eq!(
            written("string", json!("it's \t \u{1}")),
            "\"it's \\t \\x01\""
        );
        assert_eq!(written("string", json!("'\"\\")), r#"'\'"\\'"#);
    }
}
