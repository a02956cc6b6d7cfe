//! C++ with the standard library's types, each with its header.

use serde_json::Value;

use super::braces::{block, entries, float, items, quoted};
use super::{Writer, all_types};
use crate::signature::{Signature, Type};

pub(super) struct Cpp;

impl Writer for Cpp {
    fn ty(&self, ty: &Type) -> String {
        match ty {
            // `long` has 32 bits in WebAssembly and on Windows.
            Type::Int => "long long".to_owned(),
            Type::Float => "double".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Str => "std::string".to_owned(),
            Type::List(inner) => format!("std::vector<{}>", self.ty(inner)),
            Type::Set(inner) => format!("std::set<{}>", self.ty(inner)),
            Type::Optional(inner) => format!("std::optional<{}>", self.ty(inner)),
            Type::Dict(key, value) => format!("std::map<{}, {}>", self.ty(key), self.ty(value)),
            Type::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.ty(part)).collect();
                format!("std::tuple<{}>", parts.join(", "))
            }
        }
    }

    fn value(&self, value: &Value, ty: &Type) -> String {
        let write = |value: &Value, ty: &Type| self.value(value, ty);
        match (ty, value) {
            (Type::Optional(inner), value) if !value.is_null() => self.value(value, inner),
            (_, Value::Null) => "std::nullopt".to_owned(),
            (Type::Float, value) => float(value),
            (_, Value::String(text)) => quoted(text, |c| format!("\\{:03o}", u32::from(c))),
            (Type::Dict(key, inner), value) => {
                let mut written = Vec::new();
                entries(value, |name, item| {
                    let (name, item) = (self.value(name, key), self.value(item, inner));
                    written.push(format!("{{{name}, {item}}}"));
                });
                format!("{{{}}}", written.join(", "))
            }
            (Type::List(_) | Type::Set(_) | Type::Tuple(_), value) => {
                format!("{{{}}}", items(value, ty, write))
            }
            (_, value) => value.to_string(),
        }
    }

    fn imports(&self, signature: &Signature) -> String {
        let types = all_types(signature);
        let has = |wanted: &dyn Fn(&Type) -> bool| types.iter().any(|ty| wanted(ty));
        let headers = [
            ("map", has(&|ty| matches!(ty, Type::Dict(..)))),
            ("optional", has(&|ty| matches!(ty, Type::Optional(_)))),
            ("set", has(&|ty| matches!(ty, Type::Set(_)))),
            ("string", has(&|ty| matches!(ty, Type::Str))),
            ("tuple", has(&|ty| matches!(ty, Type::Tuple(_)))),
            ("vector", has(&|ty| matches!(ty, Type::List(_)))),
        ];
        // What bodies use most is there whether or not the types need it.
        let mut text = String::from("#include <algorithm>\n#include <cmath>\n");
        for (header, _) in headers.iter().filter(|(_, needed)| *needed) {
            text = text + "#include <" + header + ">\n";
        }
        text.push('\n');
        text
    }

    fn comment(&self, lines: &[String], _: Option<&Signature>) -> String {
        block(lines, "/*", "", "*/")
    }

    fn head(&self, signature: &Signature, names: &[String]) -> String {
        let parameters = names.iter().zip(&signature.parameters);
        let parameters: Vec<String> = parameters
            .map(|(name, parameter)| format!("{} {name}", self.ty(&parameter.ty)))
            .collect();
        let (returns, name) = (self.ty(&signature.returns), &signature.name);
        format!("{returns} {name}({}) {{", parameters.join(", "))
    }

    fn keywords(&self) -> &'static [&'static str] {
        &[
            "and",
            "asm",
            "auto",
            "bool",
            "case",
            "catch",
            "char",
            "class",
            "const",
            "default",
            "delete",
            "do",
            "double",
            "enum",
            "explicit",
            "export",
            "extern",
            "float",
            "friend",
            "goto",
            "inline",
            "int",
            "long",
            "mutable",
            "namespace",
            "new",
            "not",
            "operator",
            "or",
            "private",
            "protected",
            "public",
            "register",
            "requires",
            "return",
            "short",
            "signed",
            "sizeof",
            "static",
            "struct",
            "switch",
            "template",
            "this",
            "throw",
            "typedef",
            "typename",
            "union",
            "unsigned",
            "using",
            "virtual",
            "void",
            "volatile",
            "xor",
        ]
    }
}
