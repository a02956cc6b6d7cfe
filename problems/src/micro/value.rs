//! The plain values that micro-Python problems speak of, with Python's equality and ordering.
//!
//! Lists and dictionaries are shared until written to, so that reading a variable copies no elements.
//! Floats, bytes, None as an argument and nested containers are deliberately not here: no primitive
//! needs them.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value as Json;

/// A Python value.
#[derive(Clone, Debug)]
pub(in crate::micro) enum Value {
    /// `None`, which a function without `return` gives.
    None,
    /// A bool, which equals the integers 0 and 1 as in Python.
    Bool(bool),
    /// An integer; what leaves 64 bits is refused by the evaluator instead of wrapped.
    Int(i64),
    /// An ASCII string.
    Str(Arc<str>),
    /// A list.
    List(Arc<Vec<Value>>),
    /// A tuple, which occurs inside an evaluation only.
    Tuple(Arc<Vec<Value>>),
    /// A set, in order of insertion; no text of ours may depend on that order.
    Set(Arc<Vec<Value>>),
    /// A dictionary, in order of insertion as in Python.
    Dict(Arc<Vec<(Value, Value)>>),
}

impl Value {
    /// A string value.
    pub(in crate::micro) fn text(text: &str) -> Self {
        Self::Str(Arc::from(text))
    }

    /// A list value.
    pub(in crate::micro) fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(items))
    }

    /// A dictionary value; keys must be distinct.
    pub(in crate::micro) fn dict(items: Vec<(Self, Self)>) -> Self {
        Self::Dict(Arc::new(items))
    }

    /// Python's `bool(value)`.
    pub(in crate::micro) fn truth(&self) -> bool {
        match self {
            Self::None => false,
            Self::Bool(b) => *b,
            Self::Int(i) => *i != 0,
            Self::Str(s) => !s.is_empty(),
            Self::List(v) | Self::Tuple(v) | Self::Set(v) => !v.is_empty(),
            Self::Dict(v) => !v.is_empty(),
        }
    }

    /// Equal in type as well as in value, all the way down: what a case's answer must be.
    pub(in crate::micro) fn is_exactly(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Str(a), Self::Str(b)) => a == b,
            (Self::List(a), Self::List(b))
            | (Self::Tuple(a), Self::Tuple(b))
            | (Self::Set(a), Self::Set(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.is_exactly(b))
            }
            (Self::Dict(a), Self::Dict(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(key, value)| {
                        b.iter()
                            .any(|(k, v)| k.is_exactly(key) && v.is_exactly(value))
                    })
            }
            _ => false,
        }
    }

    /// Python's ordering, or none where Python raises `TypeError`.
    pub(in crate::micro) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self.as_int(), other.as_int()) {
            (Some(a), Some(b)) => return Some(a.cmp(&b)),
            (None, None) => {}
            _ => return None,
        }
        match (self, other) {
            (Self::Str(a), Self::Str(b)) => Some(a.cmp(b)),
            (Self::List(a), Self::List(b)) | (Self::Tuple(a), Self::Tuple(b)) => {
                for (a, b) in a.iter().zip(b.iter()) {
                    if a != b {
                        return a.compare(b);
                    }
                }
                Some(a.len().cmp(&b.len()))
            }
            _ => None,
        }
    }

    /// The number that arithmetic sees: an integer, or a bool as 0 or 1.
    pub(in crate::micro) fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(i) => Some(*i),
            Self::Bool(b) => Some(i64::from(*b)),
            _ => None,
        }
    }

    /// How many scalars and characters the value holds, to keep cases small.
    pub(in crate::micro) fn size(&self) -> usize {
        match self {
            Self::None | Self::Bool(_) | Self::Int(_) => 1,
            Self::Str(s) => 1 + s.len(),
            Self::List(v) | Self::Tuple(v) | Self::Set(v) => {
                1 + v.iter().map(Self::size).sum::<usize>()
            }
            Self::Dict(v) => 1 + v.iter().map(|(k, v)| k.size() + v.size()).sum::<usize>(),
        }
    }

    /// The value of a JSON text of a case: no floats, no nulls.
    pub(in crate::micro) fn from_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::None,
            Json::Bool(b) => Self::Bool(*b),
            Json::Number(n) => n.as_i64().map_or(Self::None, Self::Int),
            Json::String(s) => Self::text(s),
            Json::Array(items) => Self::list(items.iter().map(Self::from_json).collect()),
            Json::Object(pairs) => Self::dict(
                pairs
                    .iter()
                    .map(|(k, v)| (Self::text(k), Self::from_json(v)))
                    .collect(),
            ),
        }
    }

    /// The value as JSON, or none for what JSON cannot tell apart (tuples, sets) or for keys that
    /// are not strings.
    pub(in crate::micro) fn to_json(&self) -> Option<Json> {
        Some(match self {
            Self::None => Json::Null,
            Self::Bool(b) => Json::Bool(*b),
            Self::Int(i) => Json::from(*i),
            Self::Str(s) => Json::from(&**s),
            Self::List(v) => Json::Array(v.iter().map(Self::to_json).collect::<Option<_>>()?),
            Self::Dict(v) => Json::Object(
                v.iter()
                    .map(|(key, value)| match key {
                        Self::Str(key) => Some((key.to_string(), value.to_json()?)),
                        _ => None,
                    })
                    .collect::<Option<_>>()?,
            ),
            Self::Tuple(_) | Self::Set(_) => return None,
        })
    }
}

/// Python's `==`.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_int(), other.as_int()) {
            (Some(a), Some(b)) => return a == b,
            (None, None) => {}
            _ => return false,
        }
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Str(a), Self::Str(b)) => a == b,
            (Self::List(a), Self::List(b)) | (Self::Tuple(a), Self::Tuple(b)) => a == b,
            (Self::Set(a), Self::Set(b)) => a.len() == b.len() && a.iter().all(|v| b.contains(v)),
            (Self::Dict(a), Self::Dict(b)) => {
                a.len() == b.len() && a.iter().all(|pair| b.contains(pair))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn true_equals_one_but_is_not_exactly_one() {
        assert_eq!(Value::Bool(true), Value::Int(1));
        assert!(!Value::Bool(true).is_exactly(&Value::Int(1)));
    }

    #[test]
    fn a_longer_list_comes_after_its_own_beginning() {
        let short = Value::list(vec![Value::Int(1)]);
        let long = Value::list(vec![Value::Int(1), Value::Int(0)]);
        assert_eq!(short.compare(&long), Some(Ordering::Less));
        assert_eq!(short.compare(&Value::Int(1)), None);
    }

    #[test]
    fn dictionaries_are_equal_in_any_order_and_keep_their_own_in_json() {
        let pair = |k: &str, v| (Value::text(k), Value::Int(v));
        let one = Value::dict(vec![pair("b", 1), pair("a", 2)]);
        let two = Value::dict(vec![pair("a", 2), pair("b", 1)]);
        assert!(one.is_exactly(&two));
        assert_eq!(
            one.to_json().expect("string keys").to_string(),
            r#"{"b":1,"a":2}"#
        );
    }
}
