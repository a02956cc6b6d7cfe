//! Types of arguments and answers, in words that every language has.
//!
//! A signature is written `name(first: list<int>, second: string) -> bool`. The JSON form of a value
//! is the plain one, with two exceptions that JSON forces: a set is an array without repetitions, and
//! a dictionary whose keys are not strings is an array of `[key, value]` pairs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Type {
    /// `int`: 64 bits with sign.
    Int,
    /// `float`: a finite double.
    Float,
    /// `bool`.
    Bool,
    /// `string`.
    Str,
    /// `list<T>`.
    List(Box<Type>),
    /// `tuple<A, B>`: at least one part.
    Tuple(Vec<Type>),
    /// `dict<K, V>`.
    Dict(Box<Type>, Box<Type>),
    /// `set<T>`.
    Set(Box<Type>),
    /// `optional<T>`: a value or null.
    Optional(Box<Type>),
}

/// The name, parameters and answer of a function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Signature {
    /// The function's name.
    pub name: String,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// What it answers.
    pub returns: Type,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// Why a text is no type or no signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why} at column {column} of `{text}`")]
pub struct TypeError {
    /// What is wrong.
    pub why: String,
    /// Counted from 1.
    pub column: usize,
    /// The whole text.
    pub text: String,
}

/// Deeper nesting than any problem needs; it keeps the recursion over types shallow.
const MAX_DEPTH: usize = 16;

impl Type {
    /// Whether values of this type can be keys of a dictionary or members of a set: those that compare
    /// exactly and that no language lets change in place.
    pub fn is_key(&self) -> bool {
        match self {
            Self::Int | Self::Bool | Self::Str => true,
            Self::Tuple(parts) => parts.iter().all(Self::is_key),
            _ => false,
        }
    }

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

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int => f.write_str("int"),
            Self::Float => f.write_str("float"),
            Self::Bool => f.write_str("bool"),
            Self::Str => f.write_str("string"),
            Self::List(inner) => write!(f, "list<{inner}>"),
            Self::Set(inner) => write!(f, "set<{inner}>"),
            Self::Optional(inner) => write!(f, "optional<{inner}>"),
            Self::Dict(key, value) => write!(f, "dict<{key}, {value}>"),
            Self::Tuple(parts) => {
                f.write_str("tuple<")?;
                for (index, part) in parts.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{part}")?;
                }
                f.write_str(">")
            }
        }
    }
}

/// What kind of JSON a value is, with its article and, for an array, its length.
fn described(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("an array of {}", items.len()),
        other => crate::error::json_kind(other).to_owned(),
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
    let mut seen = std::collections::HashSet::new();
    for item in items {
        if !seen.insert(item.to_string()) {
            return Err(refusal(path, &format!("repeats `{item}` among its {what}")));
        }
    }
    Ok(())
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (index, parameter) in self.parameters.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{}: {}", parameter.name, parameter.ty)?;
        }
        write!(f, ") -> {}", self.returns)
    }
}

impl FromStr for Type {
    type Err = TypeError;

    fn from_str(text: &str) -> Result<Self, TypeError> {
        let mut parser = Parser { text, at: 0 };
        let ty = parser.ty(0)?;
        parser.end()?;
        Ok(ty)
    }
}

impl FromStr for Signature {
    type Err = TypeError;

    fn from_str(text: &str) -> Result<Self, TypeError> {
        let mut parser = Parser { text, at: 0 };
        let signature = parser.signature()?;
        parser.end()?;
        Ok(signature)
    }
}

impl From<Type> for String {
    fn from(ty: Type) -> Self {
        ty.to_string()
    }
}

impl TryFrom<String> for Type {
    type Error = TypeError;

    fn try_from(text: String) -> Result<Self, TypeError> {
        text.parse()
    }
}

impl From<Signature> for String {
    fn from(signature: Signature) -> Self {
        signature.to_string()
    }
}

impl TryFrom<String> for Signature {
    type Error = TypeError;

    fn try_from(text: String) -> Result<Self, TypeError> {
        text.parse()
    }
}

/// Reads types by recursive descent over the bytes of the text.
struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn fail<T>(&self, why: impl Into<String>) -> Result<T, TypeError> {
        let column = self.text[..self.at].chars().count() + 1;
        Err(TypeError {
            why: why.into(),
            column,
            text: self.text.to_owned(),
        })
    }

    fn skip_spaces(&mut self) {
        self.at = self.text.len() - self.text[self.at..].trim_start().len();
    }

    fn accept(&mut self, token: &str) -> bool {
        self.skip_spaces();
        let found = self.text[self.at..].starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn expect(&mut self, token: &str) -> Result<(), TypeError> {
        if self.accept(token) {
            Ok(())
        } else {
            self.fail(format!("expected `{token}`"))
        }
    }

    fn end(&mut self) -> Result<(), TypeError> {
        self.skip_spaces();
        if self.at == self.text.len() {
            Ok(())
        } else {
            self.fail("unexpected text")
        }
    }

    fn identifier(&mut self) -> Result<&'a str, TypeError> {
        self.skip_spaces();
        let rest = &self.text[self.at..];
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        if length == 0 || rest.as_bytes()[0].is_ascii_digit() {
            return self.fail("expected a name");
        }
        self.at += length;
        Ok(&rest[..length])
    }

    fn ty(&mut self, depth: usize) -> Result<Type, TypeError> {
        if depth >= MAX_DEPTH {
            return self.fail("nested too deeply");
        }
        self.skip_spaces();
        let start = self.at;
        let name = self.identifier()?;
        let ty = match name {
            "int" => Type::Int,
            "float" => Type::Float,
            "bool" => Type::Bool,
            "string" => Type::Str,
            "list" => Type::List(Box::new(self.one(depth)?)),
            "set" => Type::Set(Box::new(self.one(depth)?)),
            "optional" => Type::Optional(Box::new(self.one(depth)?)),
            "tuple" => Type::Tuple(self.parts(depth)?),
            "dict" => match <[Type; 2]>::try_from(self.parts(depth)?) {
                Ok([key, value]) => Type::Dict(Box::new(key), Box::new(value)),
                Err(_) => return self.fail("a dict takes two types"),
            },
            _ => {
                self.at = start;
                return self.fail(format!(
                    "`{name}` is no type (int, float, bool, string, list, tuple, dict, set, optional)"
                ));
            }
        };
        match &ty {
            Type::Set(key) | Type::Dict(key, _) if !key.is_key() => {
                self.fail(format!("`{key}` cannot be a key or a member of a set"))
            }
            Type::Optional(inner) if matches!(**inner, Type::Optional(_)) => {
                self.fail("an optional of an optional has two nulls")
            }
            _ => Ok(ty),
        }
    }

    fn one(&mut self, depth: usize) -> Result<Type, TypeError> {
        self.expect("<")?;
        let inner = self.ty(depth + 1)?;
        self.expect(">")?;
        Ok(inner)
    }

    fn parts(&mut self, depth: usize) -> Result<Vec<Type>, TypeError> {
        self.expect("<")?;
        let mut parts = vec![self.ty(depth + 1)?];
        while self.accept(",") {
            parts.push(self.ty(depth + 1)?);
        }
        self.expect(">")?;
        Ok(parts)
    }

    fn signature(&mut self) -> Result<Signature, TypeError> {
        let name = self.identifier()?.to_owned();
        self.expect("(")?;
        let mut parameters: Vec<Parameter> = Vec::new();
        if !self.accept(")") {
            loop {
                let name = self.identifier()?.to_owned();
                if parameters.iter().any(|parameter| parameter.name == name) {
                    return self.fail(format!("parameter `{name}` is already there"));
                }
                self.expect(":")?;
                parameters.push(Parameter {
                    name,
                    ty: self.ty(0)?,
                });
                if !self.accept(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        self.expect("->")?;
        Ok(Signature {
            name,
            parameters,
            returns: self.ty(0)?,
        })
    }
}
