//! From a chain of primitives to the sentence in its docstring.

use super::body::Step;
use super::stream::Stream;

/// The share of docstrings that list the steps instead of naming the result.
const STEPWISE: f64 = 0.35;

/// One sentence that says what the chain computes from `parameter`.
pub(super) fn sentence(parameter: &str, steps: &[Step], stream: &mut Stream) -> String {
    if stream.chance(STEPWISE) {
        stepwise(parameter, steps, stream)
    } else {
        named(parameter, steps, stream)
    }
}

fn named(parameter: &str, steps: &[Step], stream: &mut Stream) -> String {
    let mut phrase = parameter.to_owned();
    for (i, step) in steps.iter().enumerate() {
        // The first noun of a truth value ("whether …") also reads well inside a longer phrase.
        let inner_truth = i + 1 < steps.len() && step.primitive.gives == super::Type::Bool;
        let nouns = step.primitive.nouns;
        let noun = if inner_truth {
            nouns[0]
        } else {
            stream.pick(nouns)
        };
        phrase = step.filling.fill(noun).replace("{x}", &phrase);
    }
    let starts_with_name = phrase.starts_with(parameter) || phrase.starts_with(['k', '\'']);
    match stream.below(4) {
        0 | 1 => format!("Return {phrase}."),
        2 => format!("Compute {phrase}."),
        _ if starts_with_name => format!("Give {phrase}."),
        _ => capitalized(&phrase) + ".",
    }
}

fn capitalized(phrase: &str) -> String {
    let mut chars = phrase.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + chars.as_str()
    })
}

fn stepwise(parameter: &str, steps: &[Step], stream: &mut Stream) -> String {
    let parts: Vec<String> = steps
        .iter()
        .map(|s| s.filling.fill(stream.pick(s.primitive.steps)))
        .collect();
    let colon = stream.chance(0.5);
    let (last, first) = parts.split_last().expect("a chain has a step");
    match (first, colon) {
        ([], true) => format!("Given {parameter}, {last}."),
        ([], false) => format!("Take {parameter} and {last}."),
        (_, true) => format!("Given {parameter}, {}; then {last}.", first.join("; ")),
        (_, false) => format!("Take {parameter}, {} and then {last}.", first.join(", ")),
    }
}
