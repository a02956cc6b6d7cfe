//! Arithmetic, comparison, subscripts and slices.

use std::cmp::Ordering;
use std::sync::Arc;

use super::ast::{Comparison, Op};
use super::eval::Evaluated;
use super::{Halt, unsupported};
use crate::micro::value::Value;

/// Characters or items of the longest value built by repetition.
const LONGEST: usize = 4096;

const TYPE_ERROR: Halt = Halt::Raised("TypeError");

pub(super) fn binary(op: Op, left: &Value, right: &Value) -> Evaluated {
    if let (Some(a), Some(b)) = (left.as_int(), right.as_int()) {
        return arithmetic(op, a, b).map(Value::Int);
    }
    match (op, left, right) {
        (Op::Add, Value::Str(a), Value::Str(b)) => Ok(Value::text(&format!("{a}{b}"))),
        (Op::Add, Value::List(a), Value::List(b)) => {
            Ok(Value::list(a.iter().chain(b.iter()).cloned().collect()))
        }
        (Op::Mul, sequence, times) => match (sequence, times.as_int()) {
            (_, Some(times)) => repeat(sequence, times),
            (times, None) => repeat(right, times.as_int().ok_or(TYPE_ERROR)?),
        },
        (Op::Mod, Value::Str(_), _) => unsupported("a format by `%`"),
        _ => Err(TYPE_ERROR),
    }
}

fn arithmetic(op: Op, a: i64, b: i64) -> Evaluated<i64> {
    let divides = matches!(op, Op::FloorDiv | Op::Mod);
    if divides && b == 0 {
        return Err(Halt::Raised("ZeroDivisionError"));
    }
    match op {
        Op::Add => a.checked_add(b),
        Op::Sub => a.checked_sub(b),
        Op::Mul => a.checked_mul(b),
        // Rust rounds towards zero, Python towards minus infinity.
        Op::FloorDiv => a
            .checked_div(b)
            .map(|q| q - i64::from(a % b != 0 && (a < 0) != (b < 0))),
        Op::Mod => a.checked_rem(b).map(|r| {
            if r != 0 && (r < 0) != (b < 0) {
                r + b
            } else {
                r
            }
        }),
        Op::Pow if b < 0 => return unsupported("a negative power"),
        Op::Pow => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
    }
    .ok_or(Halt::Beyond)
}

fn repeat(sequence: &Value, times: i64) -> Evaluated {
    let times = usize::try_from(times.max(0)).map_err(|_| Halt::Beyond)?;
    if times > LONGEST || sequence.size() * times > LONGEST {
        return Err(Halt::Beyond);
    }
    match sequence {
        Value::Str(s) => Ok(Value::text(&s.repeat(times))),
        Value::List(items) => Ok(Value::list(
            items
                .iter()
                .cloned()
                .cycle()
                .take(items.len() * times)
                .collect(),
        )),
        _ => Err(TYPE_ERROR),
    }
}

pub(super) fn compare(comparison: Comparison, left: &Value, right: &Value) -> Evaluated<bool> {
    let order = || left.compare(right).ok_or(TYPE_ERROR);
    match comparison {
        Comparison::Eq => Ok(left == right),
        Comparison::Ne => Ok(left != right),
        Comparison::Lt => Ok(order()? == Ordering::Less),
        Comparison::Le => Ok(order()? != Ordering::Greater),
        Comparison::Gt => Ok(order()? == Ordering::Greater),
        Comparison::Ge => Ok(order()? != Ordering::Less),
        Comparison::In => contains(right, left),
        Comparison::NotIn => contains(right, left).map(|found| !found),
    }
}

fn contains(container: &Value, item: &Value) -> Evaluated<bool> {
    match (container, item) {
        (Value::Str(text), Value::Str(part)) => Ok(text.contains(&**part)),
        (Value::List(v) | Value::Tuple(v) | Value::Set(v), _) => Ok(v.contains(item)),
        (Value::Dict(pairs), _) => Ok(pairs.iter().any(|(key, _)| key == item)),
        _ => Err(TYPE_ERROR),
    }
}

/// Where `index` points in a sequence of `len`, counted from the end if negative.
fn position(index: &Value, len: usize) -> Evaluated<usize> {
    let index = index.as_int().ok_or(TYPE_ERROR)?;
    let len = i64::try_from(len).map_err(|_| Halt::Beyond)?;
    let from_start = if index < 0 { index + len } else { index };
    usize::try_from(from_start)
        .ok()
        .filter(|_| from_start < len)
        .ok_or(Halt::Raised("IndexError"))
}

pub(super) fn index(object: &Value, index: &Value) -> Evaluated {
    match object {
        Value::Str(s) => {
            let at = position(index, s.len())?;
            s.get(at..=at)
                .map(Value::text)
                .ok_or(Halt::Raised("IndexError"))
        }
        Value::List(v) | Value::Tuple(v) => Ok(v[position(index, v.len())?].clone()),
        Value::Dict(pairs) => pairs
            .iter()
            .find(|(key, _)| key == index)
            .map(|(_, value)| value.clone())
            .ok_or(Halt::Raised("KeyError")),
        _ => Err(TYPE_ERROR),
    }
}

/// `object[index] = value`.
pub(super) fn store(object: &mut Value, index: Value, value: Value) -> Evaluated<()> {
    match object {
        Value::List(items) => {
            let at = position(&index, items.len())?;
            Arc::make_mut(items)[at] = value;
        }
        Value::Dict(pairs) => {
            if matches!(index, Value::List(_) | Value::Dict(_) | Value::Set(_)) {
                return Err(TYPE_ERROR);
            }
            let pairs = Arc::make_mut(pairs);
            match pairs.iter_mut().find(|(key, _)| *key == index) {
                Some((_, old)) => *old = value,
                None => pairs.push((index, value)),
            }
        }
        _ => return Err(TYPE_ERROR),
    }
    Ok(())
}

/// `object[start:stop:by]`.
pub(super) fn slice(object: &Value, [start, stop, by]: [Option<i64>; 3]) -> Evaluated {
    let len = match object {
        Value::Str(s) => s.len(),
        Value::List(v) => v.len(),
        _ => return Err(TYPE_ERROR),
    };
    let len = i64::try_from(len).map_err(|_| Halt::Beyond)?;
    let by = by.unwrap_or(1);
    if by == 0 {
        return Err(Halt::Raised("ValueError"));
    }
    // Walking backwards, the bounds lie one to the left: from the last item to before the first.
    let (low, high) = if by > 0 { (0, len) } else { (-1, len - 1) };
    let clip = |bound: i64| (if bound < 0 { bound + len } else { bound }).clamp(low, high);
    let (first, end) = if by > 0 { (low, high) } else { (high, low) };
    let (mut at, end) = (start.map_or(first, clip), stop.map_or(end, clip));
    let mut picked = Vec::new();
    while if by > 0 { at < end } else { at > end } {
        picked.push(usize::try_from(at).map_err(|_| Halt::Beyond)?);
        at += by;
    }
    Ok(match object {
        Value::Str(s) => {
            let text: String = picked
                .iter()
                .map(|&i| char::from(s.as_bytes()[i]))
                .collect();
            Value::text(&text)
        }
        Value::List(v) => Value::list(picked.iter().map(|&i| v[i].clone()).collect()),
        _ => return Err(TYPE_ERROR),
    })
}
