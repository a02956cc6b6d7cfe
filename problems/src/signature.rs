//! Types of arguments and answers, in words that every language has.
//!
//! A signature is written `name(first: list<int>, second: string) -> bool`. The JSON form of a value
//! is the plain one, with two exceptions that JSON forces: a set is an array without repetitions, and
//! a dictionary whose keys are not strings is an array of `[key, value]` pairs.

mod check;
mod parse;

use std::fmt;

use serde::{Deserialize, Serialize};

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
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = Type> {
        let plain = prop_oneof![Just(Type::Int), Just(Type::Bool), Just(Type::Str)];
        plain.prop_recursive(2, 6, 3, |inner| {
            prop::collection::vec(inner, 1..3).prop_map(Type::Tuple)
        })
    }

    fn any_type() -> impl Strategy<Value = Type> {
        let leaf = prop_oneof![
            Just(Type::Int),
            Just(Type::Float),
            Just(Type::Bool),
            Just(Type::Str),
            key().prop_map(|key| Type::Set(Box::new(key))),
        ];
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|ty| Type::List(Box::new(ty))),
                prop::collection::vec(inner.clone(), 1..4).prop_map(Type::Tuple),
                (key(), inner.clone()).prop_map(|(k, v)| Type::Dict(Box::new(k), Box::new(v))),
                inner.prop_map(|ty| match ty {
                    Type::Optional(_) => ty,
                    other => Type::Optional(Box::new(other)),
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_type_is_read_as_it_is_written(ty in any_type()) {
            prop_assert_eq!(ty.to_string().parse::<Type>().unwrap(), ty.clone());
            let json = serde_json::to_string(&ty).unwrap();
            prop_assert_eq!(serde_json::from_str::<Type>(&json).unwrap(), ty);
        }

        #[test]
        fn a_signature_is_read_as_it_is_written(types in prop::collection::vec(any_type(), 1..5)) {
            let parameters = types.iter().enumerate().map(|(index, ty)| {
                Parameter { name: format!("p_{index}"), ty: ty.clone() }
            });
            let signature = Signature {
                name: "f".to_owned(),
                parameters: parameters.skip(1).collect(),
                returns: types[0].clone(),
            };
            prop_assert_eq!(signature.to_string().parse::<Signature>().unwrap(), signature);
        }

        #[test]
        fn any_text_is_a_type_or_refused(text in "(list|dict|tuple|int|[<>, ]|\\PC){0,20}") {
            let _ = text.parse::<Type>();
            let _ = text.parse::<Signature>();
            let _ = format!("f({text}) -> int").parse::<Signature>();
        }
    }
}
