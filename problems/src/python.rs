//! The little Python this crate must read and write: prompts, literals, and who defines what.
//!
//! The reading is a scan of lines and words, not a parser: it looks at definitions at the start of a
//! line and at names outside of string literals. A definition inside of an `if` or made by `exec` is
//! not seen.

use std::fmt::Write;

use serde_json::Value;

use crate::problem::{CallCase, Expected};
use crate::signature::{Signature, Type};

/// The name that a line defines as a function, if it starts one in its first column.
pub(crate) fn function_defined_by(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("async ").map_or(line, str::trim_start);
    if let Some(rest) = rest.strip_prefix("def ") {
        return Some(first_word(rest.trim_start())).filter(|name| !name.is_empty());
    }
    let name = first_word(line);
    let value = line[name.len()..]
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    (value.starts_with("lambda ") || value.starts_with("lambda:"))
        .then_some(name)
        .filter(|name| !name.is_empty())
}

/// Whether a program defines that name in the first column of a line: as a function, a class or a
/// variable.
pub(crate) fn defines(program: &str, name: &str) -> bool {
    program.lines().any(|line| defined_by(line) == Some(name))
}

/// The part of a prompt before it defines that name: its imports and its helpers. Empty when the prompt
/// does not define the name.
pub(crate) fn preamble<'a>(prompt: &'a str, name: &str) -> &'a str {
    let mut at = 0;
    for line in prompt.split_inclusive('\n') {
        if defined_by(line) == Some(name) {
            return &prompt[..at];
        }
        at += line.len();
    }
    ""
}

fn defined_by(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("class ") {
        return Some(first_word(rest.trim_start()));
    }
    function_defined_by(line).or_else(|| {
        let name = first_word(line);
        let rest = line[name.len()..].trim_start().strip_prefix('=')?;
        (!rest.starts_with('=') && !name.is_empty()).then_some(name)
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn first_word(text: &str) -> &str {
    &text[..text.find(|c| !is_word(c)).unwrap_or(text.len())]
}

/// Whether code mentions a name outside of its string literals and comments.
pub(crate) fn mentions(code: &str, name: &str) -> bool {
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        if c == '"' || c == '\'' {
            rest = after_string(rest, c);
        } else if c == '#' {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if is_word(c) {
            let word = first_word(rest);
            if word == name {
                return true;
            }
            rest = &rest[word.len()..];
        } else {
            rest = &rest[c.len_utf8()..];
        }
    }
    false
}

/// What follows a string literal that opens the text; nothing when it is not closed.
fn after_string(text: &str, quote: char) -> &str {
    let triple: String = [quote; 3].iter().collect();
    let end = if text.starts_with(&triple) {
        triple
    } else {
        quote.to_string()
    };
    let mut at = end.len();
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with(&end) {
            return &text[at + end.len()..];
        }
        at += c.len_utf8();
        if c == '\\' {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    ""
}

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
