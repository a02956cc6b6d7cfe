//! An answer as the problem's signature declares it, where its language does not tell.
//!
//! Python tells an int from a float and a list from a tuple, so its answers stand as they are. Of the
//! others this is taken:
//!
//! | declared | JavaScript, TypeScript | C++ | Rust |
//! |---|---|---|---|
//! | `int` | a number without a fraction, a BigInt | an integer | an integer |
//! | `float` | a number | a floating-point number, an integer | the same |
//! | `tuple` | an array of that length | `std::tuple`, `std::pair`, `std::array` | a tuple, an array |
//! | `set` | a `Set` | `std::set`, `std::unordered_set` | `HashSet`, `BTreeSet` |
//! | `dict` | a `Map`, or an object, whose keys are read as the declared type | `std::map`, `std::unordered_map` | `HashMap`, `BTreeMap` |
//! | `optional` | null, undefined | `std::optional` | `Option` |
//!
//! Nothing else is converted: a string that looks like a number stays a string, 1 is not true, and an
//! array is no set.

use num_bigint::BigInt;
use num_traits::FromPrimitive;
use problems::Type;
use sandboxes::{Language, Value};

/// The answer in the form in which the expected value of that type stands.
pub(crate) fn as_declared(answer: &Value, ty: &Type, language: Language) -> Value {
    match language {
        Language::Python => answer.clone(),
        Language::JavaScript | Language::TypeScript => Reader {
            numbers_tell: false,
        }
        .read(answer, ty),
        Language::C | Language::Cpp | Language::Rust => {
            Reader { numbers_tell: true }.read(answer, ty)
        }
    }
}

struct Reader {
    /// Whether the language tells an integer from a float.
    numbers_tell: bool,
}

impl Reader {
    fn read(&self, answer: &Value, ty: &Type) -> Value {
        let each = |items: &[Value], ty: &Type| items.iter().map(|it| self.read(it, ty)).collect();
        match (ty, answer) {
            (Type::Optional(inner), answer) if *answer != Value::None => self.read(answer, inner),
            (Type::Int, Value::Float(float)) if !self.numbers_tell && float.fract() == 0.0 => {
                BigInt::from_f64(*float).map_or_else(|| answer.clone(), Value::Int)
            }
            (Type::List(inner), Value::List(items)) => Value::List(each(items, inner)),
            (Type::Set(inner), Value::Set(items) | Value::FrozenSet(items)) => {
                Value::Set(each(items, inner))
            }
            (Type::Tuple(parts), Value::List(items) | Value::Tuple(items))
                if parts.len() == items.len() =>
            {
                let items = items.iter().zip(parts);
                Value::Tuple(items.map(|(item, part)| self.read(item, part)).collect())
            }
            (Type::Dict(key, inner), Value::Dict(entries)) => Value::Dict(
                entries
                    .iter()
                    .map(|(name, item)| (self.key(name, key), self.read(item, inner)))
                    .collect(),
            ),
            _ => answer.clone(),
        }
    }

    /// A key of an object is a string, whatever it stands for.
    fn key(&self, name: &Value, ty: &Type) -> Value {
        let text = match name {
            Value::Str(text) if !self.numbers_tell => text.lossy(),
            _ => return self.read(name, ty),
        };
        match ty {
            Type::Int => text.parse().map_or_else(|_| name.clone(), Value::Int),
            Type::Bool if matches!(&*text, "true" | "false") => Value::Bool(text == "true"),
            _ => name.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(ty: &str, answer: &Value, language: Language) -> Value {
        as_declared(answer, &ty.parse().unwrap(), language)
    }

    fn int(value: i64) -> Value {
        Value::Int(value.into())
    }

    #[test]
    fn a_javascript_number_is_what_is_declared() {
        let js = Language::JavaScript;
        assert_eq!(read("int", &Value::Float(2.0), js), int(2));
        assert_eq!(read("int", &Value::Float(2.5), js), Value::Float(2.5));
        assert_eq!(
            read("float", &int(2), js),
            int(2),
            "the comparison takes it"
        );
        assert_eq!(
            read("int", &Value::Float(2.0), Language::Rust),
            Value::Float(2.0)
        );
        assert_eq!(
            read("int", &Value::Float(2.0), Language::Python),
            Value::Float(2.0)
        );
        assert_eq!(read("bool", &int(1), js), int(1));
        assert_eq!(read("optional<int>", &Value::None, js), Value::None);
        assert_eq!(read("optional<int>", &Value::Float(-0.0), js), int(0));
    }

    #[test]
    fn an_array_is_a_tuple_of_its_length_and_an_objects_keys_are_read() {
        let js = Language::TypeScript;
        let pair = Value::List(vec![Value::Float(1.0), Value::Str("a".into())]);
        let tuple = Value::Tuple(vec![int(1), Value::Str("a".into())]);
        assert_eq!(read("tuple<int, string>", &pair, js), tuple);
        assert_eq!(read("tuple<int>", &pair, js), pair);
        let object = Value::Dict(vec![(Value::Str("-3".into()), Value::Float(4.0))]);
        assert_eq!(
            read("dict<int, int>", &object, js),
            Value::Dict(vec![(int(-3), int(4))])
        );
        assert_eq!(
            read("dict<string, int>", &object, js),
            Value::Dict(vec![(Value::Str("-3".into()), int(4))])
        );
        assert_eq!(read("set<int>", &pair, js), pair, "an array is no set");
    }
}
