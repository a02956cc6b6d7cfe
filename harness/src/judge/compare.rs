//! When an answer equals the expected one.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive};
use problems::Comparison;
use sandboxes::{Value, encode};

/// The relative part of EvalPlus' tolerance, numpy's default for `assert_allclose`.
const EVALPLUS_RTOL: f64 = 1e-7;

/// The absolute part where the expected value is a float and the problem names none.
const EVALPLUS_ATOL: f64 = 1e-6;

/// Judges a problem's answers one after the other.
pub(crate) struct Comparer {
    comparison: Comparison,
}

impl Comparer {
    pub(crate) fn new(comparison: Comparison) -> Self {
        Self { comparison }
    }

    /// Whether `answer` is right for a call with `arguments`. EvalPlus' tolerance depends on the
    /// cases before, so cases are asked about in order.
    pub(crate) fn right(&mut self, arguments: &[Value], expected: &Value, answer: &Value) -> bool {
        match &mut self.comparison {
            Comparison::Exact => equal(expected, answer),
            Comparison::Tolerance { abs, rel } => close(expected, answer, &|expected, answer| {
                within(expected, answer, *abs, *rel)
            }),
            Comparison::EvalPlus { atol } => {
                if *atol == 0.0 && is_floats(expected) {
                    *atol = EVALPLUS_ATOL;
                }
                evalplus(expected, answer, *atol)
            }
            Comparison::Loose { wrapped } => {
                let same = |expected: &Value| python_equal(&as_lists(expected), &as_lists(answer));
                let only = match expected {
                    Value::List(items) if *wrapped && items.len() == 1 => items.first(),
                    _ => None,
                };
                same(expected) || only.is_some_and(same)
            }
            Comparison::PolynomialRoot { atol } => {
                let value = arguments
                    .first()
                    .and_then(|coefficients| evaluate(coefficients, answer));
                // Near a root of a steep polynomial no float may come within the tolerance. What
                // the reference answers there is as near as can be asked for.
                value.is_some_and(|value| value.abs() <= *atol) || python_equal(expected, answer)
            }
        }
    }
}

/// Whether an answer is within `abs + rel * |expected|` of what was expected. Nothing but itself is
/// near an infinity, though every number is within a share of it.
pub(crate) fn within(expected: f64, answer: f64, abs: f64, rel: f64) -> bool {
    expected.partial_cmp(&answer) == Some(Ordering::Equal)
        || (expected.is_finite() && (expected - answer).abs() <= abs + rel * expected.abs())
}

/// Whether two values are the same: equal and of the same types, except that an integer stands for
/// the float of its value, and NaN equals NaN. Dictionaries and sets have no order.
pub fn equal(expected: &Value, answer: &Value) -> bool {
    close(expected, answer, &|expected, answer| {
        expected.partial_cmp(&answer) == Some(Ordering::Equal)
    })
}

/// [`equal`], with floats compared by `same`.
fn close(expected: &Value, answer: &Value, same: &dyn Fn(f64, f64) -> bool) -> bool {
    let all = |expected: &[Value], answer: &[Value]| {
        expected.len() == answer.len()
            && expected
                .iter()
                .zip(answer)
                .all(|(expected, answer)| close(expected, answer, same))
    };
    match (expected, answer) {
        (Value::Float(expected), Value::Float(answer)) => {
            same(*expected, *answer) || (expected.is_nan() && answer.is_nan())
        }
        (Value::Float(expected), Value::Int(answer)) => {
            same(*expected, answer.to_f64().unwrap_or(f64::NAN))
        }
        (Value::List(expected), Value::List(answer))
        | (Value::Tuple(expected), Value::Tuple(answer)) => all(expected, answer),
        (Value::Dict(expected), Value::Dict(answer)) => {
            let sorted = |entries: &[(Value, Value)]| {
                let mut entries: Vec<_> = entries
                    .iter()
                    .map(|(key, item)| (encode(key), item.clone()))
                    .collect();
                entries.sort_by(|(a, _), (b, _)| a.cmp(b));
                entries
            };
            let (expected, answer) = (sorted(expected), sorted(answer));
            expected.len() == answer.len()
                && expected
                    .iter()
                    .zip(&answer)
                    .all(|((key, item), (other, found))| key == other && close(item, found, same))
        }
        (Value::Set(expected), Value::Set(answer))
        | (Value::FrozenSet(expected), Value::FrozenSet(answer)) => {
            let members = |items: &[Value]| items.iter().map(encode).collect::<BTreeSet<_>>();
            members(expected) == members(answer)
        }
        _ => expected == answer,
    }
}

/// EvalPlus' rule: equal in Python's sense, or, with a tolerance, of the same outer type and length
/// and close number by number.
fn evalplus(expected: &Value, answer: &Value, atol: f64) -> bool {
    if python_equal(expected, answer) {
        return true;
    }
    let near = |expected: &Value, answer: &Value| match (number(expected), number(answer)) {
        (Some(expected), Some(answer)) => within(expected, answer, atol, EVALPLUS_RTOL),
        _ => false,
    };
    atol != 0.0
        && match (expected, answer) {
            (Value::List(expected), Value::List(answer))
            | (Value::Tuple(expected), Value::Tuple(answer)) => {
                expected.len() == answer.len()
                    && expected
                        .iter()
                        .zip(answer)
                        .all(|(expected, answer)| near(expected, answer))
            }
            (Value::Float(_), Value::Float(_)) | (Value::Int(_), Value::Int(_)) => {
                near(expected, answer)
            }
            _ => false,
        }
}

fn is_floats(value: &Value) -> bool {
    match value {
        Value::Float(_) => true,
        Value::List(items) | Value::Tuple(items) => {
            !items.is_empty() && items.iter().all(|item| matches!(item, Value::Float(_)))
        }
        _ => false,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Float(float) => Some(*float),
        Value::Int(integer) => integer.to_f64(),
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        _ => None,
    }
}

/// Python's `==`: numbers of all types compare by value. NaN equals NaN here, since an expected
/// NaN could not be answered otherwise.
fn python_equal(expected: &Value, answer: &Value) -> bool {
    equal(expected, answer) || equal(&by_value(expected), &by_value(answer))
}

/// The value with every number in the one form that Python's `==` does not tell from others.
fn by_value(value: &Value) -> Value {
    let each = |items: &[Value]| items.iter().map(by_value).collect::<Vec<_>>();
    match value {
        Value::Bool(truth) => Value::Int(BigInt::from(u8::from(*truth))),
        Value::Float(float) if float.fract() == 0.0 => {
            BigInt::from_f64(*float).map_or(Value::Float(*float), Value::Int)
        }
        Value::Complex(real, imaginary) if *imaginary == 0.0 => by_value(&Value::Float(*real)),
        Value::List(items) => Value::List(each(items)),
        Value::Tuple(items) => Value::Tuple(each(items)),
        Value::Set(items) | Value::FrozenSet(items) => Value::Set(each(items)),
        Value::Dict(entries) => Value::Dict(
            entries
                .iter()
                .map(|(key, item)| (by_value(key), by_value(item)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// The value with its tuples as lists, as JSON has them.
fn as_lists(value: &Value) -> Value {
    let each = |items: &[Value]| items.iter().map(as_lists).collect::<Vec<_>>();
    match value {
        Value::List(items) | Value::Tuple(items) => Value::List(each(items)),
        Value::Dict(entries) => Value::Dict(
            entries
                .iter()
                .map(|(key, item)| (key.clone(), as_lists(item)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// The value of a polynomial, lowest coefficient first, at `x`.
fn evaluate(coefficients: &Value, x: &Value) -> Option<f64> {
    let (Value::List(coefficients), x) = (coefficients, number(x)?) else {
        return None;
    };
    let mut sum = 0.0;
    for (power, coefficient) in coefficients.iter().enumerate() {
        sum += number(coefficient)? * x.powi(i32::try_from(power).ok()?);
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(value: i64) -> Value {
        Value::Int(value.into())
    }

    #[test]
    fn true_is_not_one_and_a_list_is_not_a_tuple() {
        assert!(!equal(&int(1), &Value::Bool(true)));
        assert!(!equal(
            &Value::List(vec![int(1)]),
            &Value::Tuple(vec![int(1)])
        ));
        assert!(!equal(&int(2), &Value::Float(2.0)));
    }

    #[test]
    fn an_integer_stands_for_the_float_of_its_value_and_nan_for_nan() {
        assert!(equal(&Value::Float(2.0), &int(2)));
        assert!(equal(&Value::Float(f64::NAN), &Value::Float(f64::NAN)));
        assert!(equal(&Value::Float(0.0), &Value::Float(-0.0)));
    }

    #[test]
    fn dictionaries_and_sets_have_no_order() {
        let dict = |keys: [i64; 2]| Value::Dict(keys.map(|key| (int(key), int(key * 10))).to_vec());
        assert!(equal(&dict([1, 2]), &dict([2, 1])));
        assert!(!equal(&dict([1, 2]), &dict([1, 3])));
        assert!(equal(
            &Value::Set(vec![int(1), int(2)]),
            &Value::Set(vec![int(2), int(1)])
        ));
    }

    #[test]
    fn evalplus_takes_numbers_by_value_and_floats_within_its_tolerance() {
        let right = |expected, answer| {
            Comparer::new(Comparison::EvalPlus { atol: 0.0 }).right(&[], &expected, &answer)
        };
        assert!(right(int(1), Value::Bool(true)));
        assert!(right(Value::Float(0.1), Value::Float(0.1 + 5e-7)));
        assert!(!right(Value::Float(0.1), Value::Float(0.1 + 5e-6)));
        let pair = |x| Value::List(vec![Value::Float(0.5), Value::Float(x)]);
        assert!(right(pair(1.5), pair(1.5 + 5e-7)));
        assert!(!right(Value::Str("a".into()), Value::Str("b".into())));
    }

    #[test]
    fn the_references_own_root_is_right_even_where_no_float_is_near_enough() {
        let mut comparer = Comparer::new(Comparison::PolynomialRoot { atol: 1e-4 });
        let steep = 10_i64.pow(17);
        let coefficients = [Value::List(vec![int(-steep / 3), int(steep)])];
        let beside = |by: f64| Value::Float(1.0 / 3.0 + by);
        assert!(comparer.right(&coefficients, &beside(1e-15), &beside(1e-15)));
        assert!(!comparer.right(&coefficients, &beside(1e-15), &beside(2e-15)));
    }

    #[test]
    fn apps_takes_tuples_as_lists_and_unwraps_an_answer_that_is_wrapped() {
        let right = |wrapped, expected: &Value, answer: &Value| {
            Comparer::new(Comparison::Loose { wrapped }).right(&[], expected, answer)
        };
        let list = Value::List(vec![int(1)]);
        assert!(right(false, &list, &Value::Tuple(vec![int(1)])));
        assert!(right(true, &list, &int(1)));
        assert!(!right(false, &list, &int(1)));
        assert!(!right(true, &int(1), &list));
        assert!(!right(true, &list, &int(2)));
    }

    #[test]
    fn no_finite_answer_is_near_an_infinite_one() {
        let infinite = Value::Float(f64::INFINITY);
        for comparison in [
            Comparison::EvalPlus { atol: 1e-6 },
            Comparison::Tolerance { abs: 0.0, rel: 0.1 },
        ] {
            let mut comparer = Comparer::new(comparison);
            assert!(!comparer.right(&[], &infinite, &Value::Float(5.0)));
            assert!(!comparer.right(&[], &infinite, &Value::Float(f64::NEG_INFINITY)));
            assert!(comparer.right(&[], &infinite, &infinite));
        }
    }

    #[test]
    fn a_root_is_right_whichever_it_is() {
        let mut comparer = Comparer::new(Comparison::PolynomialRoot { atol: 1e-4 });
        let coefficients = [Value::List(vec![int(-4), int(0), int(1)])];
        assert!(comparer.right(&coefficients, &Value::Float(2.0), &Value::Float(-2.0)));
        assert!(!comparer.right(&coefficients, &Value::Float(2.0), &Value::Float(1.9)));
        assert!(!comparer.right(&coefficients, &Value::Float(2.0), &Value::None));
    }
}
