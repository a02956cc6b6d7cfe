//! What the languages with braces write alike.

use serde_json::Value;

use crate::signature::Type;

/// Text in double quotes, with the escapes that all of these languages know.
pub(super) fn quoted(text: &str, control: impl Fn(char) -> String) -> String {
    let mut literal = String::from('"');
    for c in text.chars() {
        match c {
            '\\' => literal.push_str("\\\\"),
            '"' => literal.push_str("\\\""),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if c.is_control() => literal.push_str(&control(c)),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// A float with its point, so that it is one.
pub(super) fn float(value: &Value) -> String {
    let text = value.to_string();
    if text.contains(['.', 'e', 'E']) {
        text
    } else {
        format!("{text}.0")
    }
}

/// Keys and values of a dictionary in either of its JSON forms.
pub(super) fn entries<'v>(value: &'v Value, mut each: impl FnMut(&Value, &'v Value)) {
    match value {
        Value::Object(map) => {
            for (key, item) in map {
                each(&Value::String(key.clone()), item);
            }
        }
        Value::Array(pairs) => {
            for pair in pairs {
                if let (Some(key), Some(item)) = (pair.get(0), pair.get(1)) {
                    each(key, item);
                }
            }
        }
        _ => {}
    }
}

/// The items of an array, each written by `write`.
pub(super) fn items(value: &Value, ty: &Type, write: impl Fn(&Value, &Type) -> String) -> String {
    let items = value.as_array().into_iter().flatten().enumerate();
    let written: Vec<String> = items
        .map(|(index, item)| match ty {
            Type::Tuple(parts) => write(item, parts.get(index).unwrap_or(&Type::Int)),
            Type::List(inner) | Type::Set(inner) => write(item, inner),
            other => write(item, other),
        })
        .collect();
    written.join(", ")
}

/// A block comment; what would end it early is pulled apart.
pub(super) fn block(lines: &[String], open: &str, prefix: &str, close: &str) -> String {
    let mut text = format!("{open}\n");
    for line in lines {
        text.push_str(format!("{prefix}{}", line.replace("*/", "* /")).trim_end());
        text.push('\n');
    }
    text.push_str(close);
    text.push('\n');
    text
}
