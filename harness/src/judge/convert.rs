//! JSON values of problems as the plain values of the sandbox.

use num_bigint::BigInt;
use problems::Type;
use sandboxes::Value;
use serde_json::Value as Json;

/// A JSON value as what it looks like: a number with a fraction or an exponent is a float.
pub(crate) fn untyped(json: &Json) -> Value {
    match json {
        Json::Null => Value::None,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Int(integer.into()),
            None => match number.as_str().parse::<BigInt>() {
                Ok(integer) => Value::Int(integer),
                Err(_) => float(json),
            },
        },
        Json::String(text) => Value::Str(text.as_str().into()),
        Json::Array(items) => Value::List(items.iter().map(untyped).collect()),
        Json::Object(map) => Value::Dict(
            map.iter()
                .map(|(key, item)| (Value::Str(key.as_str().into()), untyped(item)))
                .collect(),
        ),
    }
}

/// A JSON value of a known type. The suite's loader has checked that it is one; where it still is
/// not, it stands as what it looks like.
pub(crate) fn typed(json: &Json, ty: &Type) -> Value {
    let each = |items: &[Json], ty: &Type| items.iter().map(|item| typed(item, ty)).collect();
    match (ty, json) {
        (Type::Float, Json::Number(_)) => float(json),
        (Type::List(inner), Json::Array(items)) => Value::List(each(items, inner)),
        (Type::Set(inner), Json::Array(items)) => Value::Set(each(items, inner)),
        (Type::Tuple(parts), Json::Array(items)) => Value::Tuple(
            items
                .iter()
                .zip(parts)
                .map(|(item, part)| typed(item, part))
                .collect(),
        ),
        (Type::Optional(inner), json) if !json.is_null() => typed(json, inner),
        (Type::Dict(_, inner), Json::Object(map)) => Value::Dict(
            map.iter()
                .map(|(key, item)| (Value::Str(key.as_str().into()), typed(item, inner)))
                .collect(),
        ),
        (Type::Dict(key, inner), Json::Array(pairs)) => Value::Dict(
            pairs
                .iter()
                .filter_map(|pair| Some((typed(pair.get(0)?, key), typed(pair.get(1)?, inner))))
                .collect(),
        ),
        (_, json) => untyped(json),
    }
}

/// A problem's type in the sandbox's words.
pub(crate) fn sandbox_type(ty: &Type) -> sandboxes::Type {
    use sandboxes::Type as Theirs;
    let boxed = |ty: &Type| Box::new(sandbox_type(ty));
    match ty {
        Type::Int => Theirs::Int,
        Type::Float => Theirs::Float,
        Type::Bool => Theirs::Bool,
        Type::Str => Theirs::Str,
        Type::List(inner) => Theirs::List(boxed(inner)),
        Type::Tuple(parts) => Theirs::Tuple(parts.iter().map(sandbox_type).collect()),
        Type::Dict(key, item) => Theirs::Dict(boxed(key), boxed(item)),
        Type::Set(inner) => Theirs::Set(boxed(inner)),
        Type::Optional(inner) => Theirs::Optional(boxed(inner)),
    }
}

fn float(json: &Json) -> Value {
    // A literal out of range is an infinity, as Python reads it.
    Value::Float(json.to_string().parse().unwrap_or(f64::NAN))
}
