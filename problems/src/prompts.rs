//! Prompts of language-neutral problems in languages other than Python: the signature with that
//! language's types, the statement and the visible cases as a comment, and the head of the function.
//!
//! | type | JavaScript, TypeScript | C++ | Rust |
//! |---|---|---|---|
//! | `int` | `number` (an integer) | `long long` | `i64` |
//! | `float` | `number` | `double` | `f64` |
//! | `bool` | `boolean` | `bool` | `bool` |
//! | `string` | `string` | `std::string` | `String` |
//! | `list<T>` | `T[]` | `std::vector<T>` | `Vec<T>` |
//! | `tuple<A, B>` | `[A, B]` | `std::tuple<A, B>` | `(A, B)` |
//! | `dict<K, V>` | an object for text keys, else `Map<K, V>` | `std::map<K, V>` | `HashMap<K, V>` |
//! | `set<T>` | `Set<T>` | `std::set<T>` | `HashSet<T>` |
//! | `optional<T>` | `T \| null` | `std::optional<T>` | `Option<T>` |
//!
//! C is not among them: it has no one way to hand over a list.

mod braces;
mod cpp;
mod javascript;
mod rust;

use serde_json::Value;

use crate::problem::{Expected, Problem, SampleKind, Tests, Visibility};
use crate::signature::{Signature, Type};
use crate::{code, formats::human_eval::PYTHON};

use std::borrow::Cow;

/// How a language writes what a prompt consists of.
trait Writer {
    /// A type.
    fn ty(&self, ty: &Type) -> String;
    /// A value of a type.
    fn value(&self, value: &Value, ty: &Type) -> String;
    /// What stands before the comment: includes and imports.
    fn imports(&self, signature: &Signature) -> String;
    /// The lines of a comment.
    fn comment(&self, lines: &[String], signature: Option<&Signature>) -> String;
    /// The head of the function with its opening brace.
    fn head(&self, signature: &Signature, names: &[String]) -> String;
    /// Words that are no names.
    fn keywords(&self) -> &'static [&'static str];
}

fn writer(language: &str) -> Option<&'static dyn Writer> {
    match language {
        "javascript" => Some(&javascript::Script { typed: false }),
        "typescript" => Some(&javascript::Script { typed: true }),
        "c" | "cpp" => Some(&cpp::Cpp),
        "rust" => Some(&rust::Rust),
        _ => None,
    }
}

impl Problem {
    /// What a completion in a language continues. A problem that is written in a language has one
    /// prompt; any other has one for each.
    pub fn prompt_in(&self, language: &str) -> Cow<'_, str> {
        let (None, Some(writer)) = (&self.language, writer(language)) else {
            return Cow::Borrowed(&self.prompt);
        };
        let statement = self.statement.as_deref().unwrap_or_default();
        match &self.tests {
            Tests::Calls {
                signature: Some(signature),
                ..
            } => Cow::Owned(self.calls_prompt(writer, signature, statement)),
            _ => Cow::Owned(writer.comment(&lines(statement), None)),
        }
    }

    /// The whole program that an answer in a language makes. In a language with braces, a completion
    /// of a neutral problem that leaves the prompt's function open, since it was cut before the brace
    /// at the margin, is closed.
    pub fn program_in(&self, language: &str, kind: &SampleKind) -> String {
        let (SampleKind::Completion(text), None) = (kind, &self.language) else {
            return self.program(kind);
        };
        if language == PYTHON || writer(language).is_none() {
            return self.program(kind);
        }
        let program = format!("{}{text}", self.prompt_in(language));
        let open = self.entry_point.is_some() && code::open_function(&program).is_some();
        let closing = if open { "\n}\n" } else { "" };
        format!("{program}{closing}")
    }

    fn calls_prompt(&self, writer: &dyn Writer, signature: &Signature, statement: &str) -> String {
        let names: Vec<String> = signature
            .parameters
            .iter()
            .map(|parameter| name_in(writer, &parameter.name))
            .collect();
        let mut text = lines(statement);
        if let Tests::Calls { cases, .. } = &self.tests {
            let visible = cases
                .iter()
                .filter(|case| case.visibility == Visibility::Visible);
            for (index, case) in visible.enumerate() {
                let Expected::Value(expected) = &case.expected else {
                    continue;
                };
                if index == 0 {
                    text.push(String::new());
                }
                let types = signature.parameters.iter().map(|it| &it.ty);
                let args = case.args.iter().zip(types);
                let args: Vec<String> = args.map(|(arg, ty)| writer.value(arg, ty)).collect();
                text.push(format!(">>> {}({})", signature.name, args.join(", ")));
                text.push(writer.value(expected, &signature.returns));
            }
        }
        format!(
            "{}{}{}\n",
            writer.imports(signature),
            writer.comment(&text, Some(signature)),
            writer.head(signature, &names)
        )
    }
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.trim().lines();
    lines.map(|line| line.trim_end().to_owned()).collect()
}

fn name_in(writer: &dyn Writer, name: &str) -> String {
    if writer.keywords().contains(&name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// The answer's and all parameters' types, with the types inside of them.
fn all_types(signature: &Signature) -> Vec<&Type> {
    fn walk<'t>(ty: &'t Type, found: &mut Vec<&'t Type>) {
        found.push(ty);
        match ty {
            Type::List(inner) | Type::Set(inner) | Type::Optional(inner) => walk(inner, found),
            Type::Dict(key, value) => {
                walk(key, found);
                walk(value, found);
            }
            Type::Tuple(parts) => parts.iter().for_each(|part| walk(part, found)),
            Type::Int | Type::Float | Type::Bool | Type::Str => {}
        }
    }
    let mut found = Vec::new();
    walk(&signature.returns, &mut found);
    for parameter in &signature.parameters {
        walk(&parameter.ty, &mut found);
    }
    found
}
