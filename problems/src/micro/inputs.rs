//! Arguments to try a program on: a few edges of each type, and random ones made so that bugs show
//! (repeats, negatives, zeros, mixed case, double spaces, and the letters that problems ask about).

use super::primitive::Type;
use super::stream::Stream;
use super::value::Value;

/// The letters that a problem may ask about; random text is full of them.
pub(super) const LETTERS: [&str; 5] = ["a", "b", "e", "o", "s"];

/// The arguments that most often find a forgotten case.
pub(super) fn edges(ty: Type) -> Vec<Value> {
    match ty {
        Type::Int => [0, 1, 2, -1, 7, 10, -12, 120].map(Value::Int).to_vec(),
        Type::Bool => vec![Value::Bool(false), Value::Bool(true)],
        Type::Str => [
            "",
            " ",
            "a",
            "Eve",
            "abba",
            "so be it",
            " Bo  sees ",
            "a1b20",
            "Hello World",
        ]
        .map(Value::text)
        .to_vec(),
        Type::Ints => {
            let lists: [&[i64]; 8] = [
                &[],
                &[0],
                &[5],
                &[-3],
                &[2, 2],
                &[1, 2, 3],
                &[4, 1, -4],
                &[3, 0, 3, 1, 0],
            ];
            lists.map(ints).to_vec()
        }
        Type::Strs => {
            let lists: [&[&str]; 8] = [
                &[],
                &[""],
                &["a"],
                &["bob", "bob"],
                &["abc", "", "so"],
                &["b", "aa", "Sea"],
                &["east", "a", "oboe", "be"],
                &["see", "ab", "see", "o", "abba"],
            ];
            lists
                .map(|words| Value::list(words.iter().copied().map(Value::text).collect()))
                .to_vec()
        }
        Type::Dict => {
            let dicts: [&[(&str, i64)]; 8] = [
                &[],
                &[("a", 0)],
                &[("e", 3)],
                &[("o", -2)],
                &[("b", 2), ("a", 2)],
                &[("s", 1), ("a", -1), ("bo", 4)],
                &[("so", 5), ("be", 0), ("a", 5)],
                &[("Ab", 3), ("b", 1), ("ea", 2)],
            ];
            dicts.map(|pairs| dict(pairs.iter().copied())).to_vec()
        }
    }
}

fn ints(items: &[i64]) -> Value {
    Value::list(items.iter().copied().map(Value::Int).collect())
}

/// Later pairs of a known key are dropped.
fn dict<'a>(pairs: impl Iterator<Item = (&'a str, i64)>) -> Value {
    let mut items: Vec<(Value, Value)> = Vec::new();
    for (key, value) in pairs {
        let key = Value::text(key);
        if !items.iter().any(|(known, _)| *known == key) {
            items.push((key, Value::Int(value)));
        }
    }
    Value::dict(items)
}

/// A random argument.
pub(super) fn random(ty: Type, stream: &mut Stream) -> Value {
    match ty {
        Type::Int => Value::Int(if stream.chance(0.2) {
            stream.between(-40, -1)
        } else if stream.chance(0.6) {
            stream.between(0, 20)
        } else {
            stream.between(21, 300)
        }),
        Type::Bool => Value::Bool(stream.chance(0.5)),
        Type::Str => {
            let words = 1 + stream.below(3);
            let words: Vec<String> = (0..words).map(|_| word(1, stream)).collect();
            let space = if stream.chance(0.15) { "  " } else { " " };
            Value::text(&words.join(space))
        }
        Type::Ints => {
            let len = 2 + stream.below(5);
            // A narrow range half of the time, so that numbers repeat.
            let (low, high) = if stream.chance(0.5) {
                (-2, 4)
            } else {
                (-12, 15)
            };
            ints(
                &(0..len)
                    .map(|_| stream.between(low, high))
                    .collect::<Vec<_>>(),
            )
        }
        Type::Strs => {
            let len = 2 + stream.below(4);
            let mut words: Vec<Value> = (0..len).map(|_| Value::text(&word(0, stream))).collect();
            if stream.chance(0.4) {
                let again = stream.pick(&words);
                words.push(again);
            }
            Value::list(words)
        }
        Type::Dict => {
            let len = 2 + stream.below(3);
            let pairs: Vec<(String, i64)> = (0..len)
                .map(|_| {
                    let key = if stream.chance(0.6) {
                        stream.pick(&LETTERS).to_owned()
                    } else {
                        word(1, stream).chars().take(3).collect()
                    };
                    (key, stream.between(-3, 9))
                })
                .collect();
            dict(pairs.iter().map(|(key, value)| (key.as_str(), *value)))
        }
    }
}

fn word(least: usize, stream: &mut Stream) -> String {
    const COMMON: &[u8] = b"aabbeeoosstrn";
    const RARE: &[u8] = b"ABESTi0123789";
    let len = least + stream.below(6 - least);
    (0..len)
        .map(|_| {
            let from = if stream.chance(0.2) { RARE } else { COMMON };
            char::from(stream.pick(from))
        })
        .collect()
}
