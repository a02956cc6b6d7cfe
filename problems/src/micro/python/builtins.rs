//! Python's builtin functions.

use std::cmp::Ordering;
use std::sync::Arc;

use super::ast::{Call, Expr, Op};
use super::eval::{Evaluated, Scope};
use super::{Halt, operators, unsupported};
use crate::micro::value::Value;

/// The longest range that is written out.
const LONGEST_RANGE: i64 = 4096;

const TYPE_ERROR: Halt = Halt::Raised("TypeError");

impl<'a> Scope<'a> {
    pub(super) fn builtin(&mut self, name: &'a str, call: &'a Call) -> Evaluated {
        match name {
            "map" | "filter" => self.mapped(name, call),
            "sorted" | "min" | "max" => {
                let items = self.ordered_items(call)?;
                self.ordered(name, items, call)
            }
            _ if call.keywords.is_empty() => plain(name, &self.all(&call.args)?),
            _ => unsupported(format!("keywords of `{name}`")),
        }
    }

    fn mapped(&mut self, name: &str, call: &'a Call) -> Evaluated {
        let [function, source] = call.args.as_slice() else {
            return unsupported(format!("`{name}` of other than two arguments"));
        };
        let mut out = Vec::new();
        for item in items(&self.eval(source)?)? {
            let value = self.apply(function, item.clone())?;
            if name == "map" {
                out.push(value);
            } else if value.truth() {
                out.push(item);
            }
        }
        Ok(Value::list(out))
    }

    fn ordered_items(&mut self, call: &'a Call) -> Evaluated<Vec<Value>> {
        match call.args.as_slice() {
            [source] => items(&self.eval(source)?),
            several => self.all(several),
        }
    }

    pub(super) fn ordered(&mut self, name: &str, items: Vec<Value>, call: &'a Call) -> Evaluated {
        let (mut key, mut default, mut reverse) = (None, None, false);
        for (keyword, value) in &call.keywords {
            match &**keyword {
                "key" => key = Some(value),
                "default" => default = Some(self.eval(value)?),
                "reverse" => reverse = self.eval(value)?.truth(),
                other => return unsupported(format!("keyword `{other}`")),
            }
        }
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            keyed.push((self.key(key, &item)?, item));
        }
        if name == "sorted" {
            return sort(keyed, reverse);
        }
        let wanted = if name == "min" {
            Ordering::Less
        } else {
            Ordering::Greater
        };
        let mut best: Option<(Value, Value)> = None;
        for (key, item) in keyed {
            let better = match &best {
                Some((old, _)) => key.compare(old).ok_or(TYPE_ERROR)? == wanted,
                None => true,
            };
            if better {
                best = Some((key, item));
            }
        }
        best.map(|(_, item)| item)
            .or(default)
            .ok_or(Halt::Raised("ValueError"))
    }

    fn key(&mut self, key: Option<&'a Expr>, item: &Value) -> Evaluated {
        key.map_or_else(|| Ok(item.clone()), |key| self.apply(key, item.clone()))
    }
}

/// Sorts stably; in reverse, equal items keep their order too, as in Python.
fn sort(mut keyed: Vec<(Value, Value)>, reverse: bool) -> Evaluated {
    let mut comparable = true;
    keyed.sort_by(|(a, _), (b, _)| {
        let order = a.compare(b).unwrap_or_else(|| {
            comparable = false;
            Ordering::Equal
        });
        if reverse { order.reverse() } else { order }
    });
    if comparable {
        Ok(Value::list(
            keyed.into_iter().map(|(_, item)| item).collect(),
        ))
    } else {
        Err(TYPE_ERROR)
    }
}

/// What a loop over the value sees.
pub(super) fn items(value: &Value) -> Evaluated<Vec<Value>> {
    match value {
        Value::List(v) | Value::Tuple(v) | Value::Set(v) => Ok(v.to_vec()),
        Value::Str(s) => Ok(s
            .split("")
            .filter(|c| !c.is_empty())
            .map(Value::text)
            .collect()),
        Value::Dict(pairs) => Ok(pairs.iter().map(|(key, _)| key.clone()).collect()),
        _ => Err(TYPE_ERROR),
    }
}

pub(super) fn set(items: Vec<Value>) -> Value {
    let mut distinct: Vec<Value> = Vec::new();
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    Value::Set(Arc::new(distinct))
}

/// A dictionary of pairs; a later pair overwrites an earlier one in the earlier one's place.
pub(super) fn dict(pairs: Vec<Value>) -> Evaluated {
    let mut dict = Value::dict(Vec::new());
    for pair in pairs {
        let [key, value] =
            <[Value; 2]>::try_from(items(&pair)?).map_err(|_| Halt::Raised("ValueError"))?;
        operators::store(&mut dict, key, value)?;
    }
    Ok(dict)
}

/// A builtin that needs no function as an argument.
pub(super) fn plain(name: &str, args: &[Value]) -> Evaluated {
    match (name, args) {
        ("len", [Value::Str(s)]) => length(s.len()),
        ("len", [Value::Dict(v)]) => length(v.len()),
        ("len", [Value::List(v) | Value::Tuple(v) | Value::Set(v)]) => length(v.len()),
        ("sum", [source]) => items(source)?.iter().try_fold(Value::Int(0), |sum, item| {
            operators::binary(Op::Add, &sum, item)
        }),
        ("abs", [number]) => {
            let number = number.as_int().ok_or(TYPE_ERROR)?;
            number.checked_abs().map(Value::Int).ok_or(Halt::Beyond)
        }
        ("any", [source]) => Ok(Value::Bool(items(source)?.iter().any(Value::truth))),
        ("all", [source]) => Ok(Value::Bool(items(source)?.iter().all(Value::truth))),
        ("reversed", [source @ (Value::List(_) | Value::Str(_))]) => {
            Ok(Value::list(items(source)?.into_iter().rev().collect()))
        }
        ("list", []) => Ok(Value::list(Vec::new())),
        ("list", [source]) => Ok(Value::list(items(source)?)),
        ("set", []) => Ok(set(Vec::new())),
        ("set", [source]) => Ok(set(items(source)?)),
        ("dict", [Value::Dict(pairs)]) => Ok(Value::Dict(pairs.clone())),
        ("dict", [source]) => dict(items(source)?),
        ("bool", [value]) => Ok(Value::Bool(value.truth())),
        ("range", bounds) => range(bounds),
        ("enumerate", [source]) => enumerate(source, 0),
        ("enumerate", [source, start]) => enumerate(source, start.as_int().ok_or(TYPE_ERROR)?),
        ("zip", [a, b]) => {
            let pairs = items(a)?.into_iter().zip(items(b)?);
            Ok(Value::list(
                pairs
                    .map(|(a, b)| Value::Tuple(Arc::new(vec![a, b])))
                    .collect(),
            ))
        }
        ("ord", [Value::Str(s)]) if s.len() == 1 => Ok(Value::Int(i64::from(s.as_bytes()[0]))),
        ("chr", [Value::Int(code)]) => match u8::try_from(*code) {
            Ok(code) if code.is_ascii() => Ok(Value::text(&char::from(code).to_string())),
            _ => Err(Halt::Beyond),
        },
        ("str", [value]) => match value {
            Value::Str(_) => Ok(value.clone()),
            Value::Int(i) => Ok(Value::text(&i.to_string())),
            Value::Bool(true) => Ok(Value::text("True")),
            Value::Bool(false) => Ok(Value::text("False")),
            _ => unsupported("`str` of a container"),
        },
        ("int", [Value::Str(s)]) => integer(s),
        ("int", [number]) => number.as_int().map(Value::Int).ok_or(TYPE_ERROR),
        ("min" | "max" | "sorted", [source]) => {
            let call = Call {
                args: Vec::new(),
                keywords: Vec::new(),
            };
            super::eval::without_variables().ordered(name, items(source)?, &call)
        }
        ("len" | "reversed", [_]) => Err(TYPE_ERROR),
        _ => unsupported(format!("`{name}` of {} arguments", args.len())),
    }
}

fn length(len: usize) -> Evaluated {
    i64::try_from(len).map(Value::Int).map_err(|_| Halt::Beyond)
}

/// Python reads digits with a sign and blanks around; underscores between digits are not read here.
fn integer(text: &str) -> Evaluated {
    let text = text.trim_matches(' ');
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Halt::Raised("ValueError"));
    }
    text.parse().map(Value::Int).map_err(|_| Halt::Beyond)
}

fn range(bounds: &[Value]) -> Evaluated {
    let bounds: Vec<i64> = bounds
        .iter()
        .map(|b| b.as_int().ok_or(TYPE_ERROR))
        .collect::<Result<_, _>>()?;
    let (first, stop, by) = match *bounds.as_slice() {
        [stop] => (0, stop, 1),
        [first, stop] => (first, stop, 1),
        [first, stop, by] => (first, stop, by),
        _ => return Err(TYPE_ERROR),
    };
    if by == 0 {
        return Err(Halt::Raised("ValueError"));
    }
    let width = if by > 0 {
        stop.checked_sub(first)
    } else {
        first.checked_sub(stop)
    };
    if width.ok_or(Halt::Beyond)? / by.abs() > LONGEST_RANGE {
        return Err(Halt::Beyond);
    }
    let mut out = Vec::new();
    let mut at = first;
    while if by > 0 { at < stop } else { at > stop } {
        out.push(Value::Int(at));
        at = at.checked_add(by).ok_or(Halt::Beyond)?;
    }
    Ok(Value::list(out))
}

fn enumerate(source: &Value, start: i64) -> Evaluated {
    let numbered = (start..).zip(items(source)?);
    Ok(Value::list(
        numbered
            .map(|(i, v)| Value::Tuple(Arc::new(vec![Value::Int(i), v])))
            .collect(),
    ))
}
