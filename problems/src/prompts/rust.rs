//! Rust with owned types.

use serde_json::Value;

use super::braces::{entries, float, items, quoted};
use super::{Writer, all_types};
use crate::signature::{Signature, Type};

pub(super) struct Rust;

impl Writer for Rust {
    fn ty(&self, ty: &Type) -> String {
        match ty {
            Type::Int => "i64".to_owned(),
            Type::Float => "f64".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Str => "String".to_owned(),
            Type::List(inner) => format!("Vec<{}>", self.ty(inner)),
            Type::Set(inner) => format!("HashSet<{}>", self.ty(inner)),
            Type::Optional(inner) => format!("Option<{}>", self.ty(inner)),
            Type::Dict(key, value) => format!("HashMap<{}, {}>", self.ty(key), self.ty(value)),
            Type::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.ty(part)).collect();
                let comma = if parts.len() == 1 { "," } else { "" };
                format!("({}{comma})", parts.join(", "))
            }
        }
    }

    fn value(&self, value: &Value, ty: &Type) -> String {
        let write = |value: &Value, ty: &Type| self.value(value, ty);
        match (ty, value) {
            (Type::Optional(_), Value::Null) => "None".to_owned(),
            (Type::Optional(inner), value) => format!("Some({})", self.value(value, inner)),
            (Type::Float, value) => float(value),
            (_, Value::String(text)) => {
                let literal = quoted(text, |c| format!("\\u{{{:x}}}", u32::from(c)));
                format!("String::from({literal})")
            }
            (Type::List(_), value) => format!("vec![{}]", items(value, ty, write)),
            (Type::Set(_), value) => format!("HashSet::from([{}])", items(value, ty, write)),
            (Type::Tuple(parts), value) => {
                let comma = if parts.len() == 1 { "," } else { "" };
                format!("({}{comma})", items(value, ty, write))
            }
            (Type::Dict(key, inner), value) => {
                let mut written = Vec::new();
                entries(value, |name, item| {
                    let (name, item) = (self.value(name, key), self.value(item, inner));
                    written.push(format!("({name}, {item})"));
                });
                format!("HashMap::from([{}])", written.join(", "))
            }
            (_, value) => value.to_string(),
        }
    }

    fn imports(&self, signature: &Signature) -> String {
        let types = all_types(signature);
        let mut text = String::new();
        if types.iter().any(|ty| matches!(ty, Type::Dict(..))) {
            text.push_str("use std::collections::HashMap;\n");
        }
        if types.iter().any(|ty| matches!(ty, Type::Set(_))) {
            text.push_str("use std::collections::HashSet;\n");
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }

    fn comment(&self, lines: &[String], signature: Option<&Signature>) -> String {
        // A documentation comment needs something to document.
        let mark = if signature.is_some() { "///" } else { "//" };
        let line = |line: &String| format!("{}\n", format!("{mark} {line}").trim_end());
        lines.iter().map(line).collect()
    }

    fn head(&self, signature: &Signature, names: &[String]) -> String {
        let parameters = names.iter().zip(&signature.parameters);
        let parameters: Vec<String> = parameters
            .map(|(name, parameter)| format!("{name}: {}", self.ty(&parameter.ty)))
            .collect();
        let (returns, name) = (self.ty(&signature.returns), &signature.name);
        format!("fn {name}({}) -> {returns} {{", parameters.join(", "))
    }

    fn keywords(&self) -> &'static [&'static str] {
        &[
            "as", "async", "await", "become", "box", "break", "const", "crate", "do", "dyn",
            "enum", "extern", "final", "fn", "impl", "in", "let", "loop", "macro", "match", "mod",
            "move", "mut", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
            "trait", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where",
            "yield",
        ]
    }
}
