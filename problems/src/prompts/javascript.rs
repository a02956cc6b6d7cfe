//! JavaScript with JSDoc, TypeScript with its types.

use serde_json::Value;

use super::braces::{block, entries, items, quoted};
use super::{Writer, name_in};
use crate::signature::{Signature, Type};

pub(super) struct Script {
    /// Whether types stand in the head: TypeScript.
    pub(super) typed: bool,
}

impl Writer for Script {
    fn ty(&self, ty: &Type) -> String {
        match ty {
            Type::Int | Type::Float => "number".to_owned(),
            Type::Bool => "boolean".to_owned(),
            Type::Str => "string".to_owned(),
            Type::List(inner) if matches!(**inner, Type::Optional(_)) => {
                format!("({})[]", self.ty(inner))
            }
            Type::List(inner) => format!("{}[]", self.ty(inner)),
            Type::Set(inner) => format!("Set<{}>", self.ty(inner)),
            Type::Optional(inner) => format!("{} | null", self.ty(inner)),
            Type::Dict(key, value) if **key == Type::Str => {
                format!("Record<string, {}>", self.ty(value))
            }
            Type::Dict(key, value) => format!("Map<{}, {}>", self.ty(key), self.ty(value)),
            Type::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.ty(part)).collect();
                format!("[{}]", parts.join(", "))
            }
        }
    }

    fn value(&self, value: &Value, ty: &Type) -> String {
        let write = |value: &Value, ty: &Type| self.value(value, ty);
        match (ty, value) {
            (Type::Optional(inner), value) if !value.is_null() => self.value(value, inner),
            (_, Value::String(text)) => quoted(text, |c| format!("\\u{:04x}", u32::from(c))),
            (Type::List(_) | Type::Tuple(_), value) => format!("[{}]", items(value, ty, write)),
            (Type::Set(_), value) => format!("new Set([{}])", items(value, ty, write)),
            (Type::Dict(key, inner), value) => {
                let of_text = **key == Type::Str;
                let mut written = Vec::new();
                entries(value, |name, item| {
                    let (name, item) = (self.value(name, key), self.value(item, inner));
                    written.push(if of_text {
                        format!("{name}: {item}")
                    } else {
                        format!("[{name}, {item}]")
                    });
                });
                match (of_text, written.join(", ")) {
                    (true, all) => format!("{{{all}}}"),
                    (false, all) => format!("new Map([{all}])"),
                }
            }
            (_, value) => value.to_string(),
        }
    }

    fn imports(&self, _: &Signature) -> String {
        String::new()
    }

    fn comment(&self, lines: &[String], signature: Option<&Signature>) -> String {
        let mut lines = lines.to_vec();
        if let Some(signature) = signature.filter(|_| !self.typed) {
            lines.push(String::new());
            for parameter in &signature.parameters {
                let name = name_in(self, &parameter.name);
                lines.push(format!("@param {{{}}} {name}", self.ty(&parameter.ty)));
            }
            lines.push(format!("@returns {{{}}}", self.ty(&signature.returns)));
        }
        block(&lines, "/**", " * ", " */")
    }

    fn head(&self, signature: &Signature, names: &[String]) -> String {
        let typed = |(name, parameter): (&String, &crate::Parameter)| {
            if self.typed {
                format!("{name}: {}", self.ty(&parameter.ty))
            } else {
                name.clone()
            }
        };
        let parameters = names.iter().zip(&signature.parameters).map(typed);
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        let returns = if self.typed {
            format!(": {}", self.ty(&signature.returns))
        } else {
            String::new()
        };
        format!("function {}({parameters}){returns} {{", signature.name)
    }

    fn keywords(&self) -> &'static [&'static str] {
        &[
            "arguments",
            "await",
            "case",
            "catch",
            "class",
            "const",
            "default",
            "delete",
            "enum",
            "eval",
            "export",
            "extends",
            "function",
            "implements",
            "import",
            "in",
            "interface",
            "let",
            "new",
            "null",
            "package",
            "private",
            "protected",
            "public",
            "return",
            "static",
            "super",
            "switch",
            "this",
            "throw",
            "typeof",
            "var",
            "void",
            "with",
            "yield",
        ]
    }
}
