//! What sets of inputs and outputs have in common: names of keys, and how cases are written.
//!
//! With a function's name, each line of an input is one JSON argument and the output is JSON (or both are
//! arrays already, and then an answer may stand in an array of its own, as in APPS); such functions are
//! Python's, a method of a class `Solution` or a plain one. Without a name, both are text for standard
//! input and output.

use serde_json::{Map, Value};

use super::human_eval::PYTHON;
use super::wrong_type;
use crate::error::Fault;
use crate::lines::not_json;
use crate::problem::{
    CallCase, Comparison, Difficulty, Expected, Frame, Problem, Solution, StdioCase, Tests,
    Visibility,
};
use crate::python;

/// Numbers that are expected with a fraction may be off by so much: nine digits are never asked for.
const TOLERANCE: Comparison = Comparison::Tolerance {
    abs: 1e-6,
    rel: 1e-6,
};

/// One case as it stands in a file.
pub(super) struct Pair {
    /// Where it stands.
    pub(super) place: String,
    pub(super) input: Value,
    pub(super) output: Value,
    pub(super) visibility: Visibility,
}

/// A JSON value, or one that is written as JSON in a string.
pub(super) fn json_in(key: &str, value: &Value) -> Result<Value, Fault> {
    match value {
        Value::String(text) => serde_json::from_str(text).map_err(|error| {
            let fault = not_json(&error);
            let Fault::NotJson { why, column } = fault else {
                return fault;
            };
            Fault::Invalid {
                why: format!(
                    "key `{key}` is a string that is not JSON ({why}, column {column}); mend it"
                ),
            }
        }),
        other => Ok(other.clone()),
    }
}

/// `[{"input", "output"}, …]`.
pub(super) fn listed(key: &str, value: &Value, visibility: Visibility) -> Result<Vec<Pair>, Fault> {
    let Value::Array(items) = value else {
        return Err(wrong_type(key, value, "an array of cases"));
    };
    let pair = |(index, item): (usize, &Value)| {
        let place = format!("{key}[{index}]");
        let part = |name: &str| match item.get(name) {
            Some(part) => Ok(part.clone()),
            None => Err(Fault::Invalid {
                why: format!("`{place}` has no key `{name}`; a case needs `input` and `output`"),
            }),
        };
        Ok(Pair {
            input: part("input")?,
            output: part("output")?,
            place,
            visibility,
        })
    };
    items.iter().enumerate().map(pair).collect()
}

/// The problem of a row with these cases; `function` is what they call.
pub(super) fn problem(
    row: &Map<String, Value>,
    line: usize,
    pairs: Vec<Pair>,
    function: Option<&str>,
) -> Result<Problem, Fault> {
    if pairs.is_empty() {
        let why = "there is no case; drop the row".to_owned();
        return Err(Fault::Invalid { why });
    }
    let statement = statement(row)?;
    let starter = row.get("starter_code").and_then(Value::as_str);
    let starter = starter.unwrap_or_default().trim_end();
    let mut prompt = python::docstring(&format!("\n{}\n", statement.trim()));
    prompt.push('\n');
    if !starter.is_empty() {
        prompt = format!("{prompt}\n{starter}\n");
    }
    let tests = match function {
        Some(name) => calls(name, pairs)?,
        None => runs(pairs)?,
    };
    Ok(Problem {
        language: function.map(|_| PYTHON.to_owned()),
        entry_point: function.map(str::to_owned),
        statement: Some(statement),
        references: reference(row)?,
        frame: Frame {
            at_end: function.map(adapter).unwrap_or_default(),
            ..Frame::default()
        },
        difficulty: row.get("difficulty").and_then(difficulty),
        ..Problem::new(id(row, line), prompt, tests)
    })
}

/// A method is called as a function where the program defines none of that name.
fn adapter(name: &str) -> String {
    format!(
        "\n\nif {name:?} not in globals() and \"Solution\" in globals():\n    {name} = Solution().{name}\n"
    )
}

fn id(row: &Map<String, Value>, line: usize) -> String {
    let named = ["task_id", "question_id", "problem_id", "id", "name"]
        .into_iter()
        .find_map(|key| match row.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        });
    named.unwrap_or_else(|| format!("line/{line}"))
}

/// The task in prose; a chat's is what its user said last.
fn statement(row: &Map<String, Value>) -> Result<String, Fault> {
    const KEYS: [&str; 6] = [
        "question_content",
        "question",
        "problem_statement",
        "problem",
        "description",
        "prompt",
    ];
    let of_chat = |messages: &[Value]| {
        let last = messages.iter().rfind(|message| message["role"] == "user")?;
        last["content"].as_str().map(str::to_owned)
    };
    for key in KEYS {
        let found = match row.get(key) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Array(messages)) => of_chat(messages),
            _ => None,
        };
        if let Some(text) = found {
            return Ok(text);
        }
    }
    let why = format!(
        "no statement; one of the keys `{}` must be text",
        KEYS.join("`, `")
    );
    Err(Fault::Invalid { why })
}

fn difficulty(value: &Value) -> Option<Difficulty> {
    match value.as_str()?.to_lowercase().as_str() {
        "easy" | "introductory" => Some(Difficulty::Easy),
        "medium" | "medium_hard" | "interview" => Some(Difficulty::Medium),
        "hard" | "very_hard" | "competition" => Some(Difficulty::Hard),
        _ => None,
    }
}

/// The first of the solutions that a row brings, if it brings any.
fn reference(row: &Map<String, Value>) -> Result<Vec<Solution>, Fault> {
    let solutions = match row.get("solutions") {
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(Vec::new()),
        Some(value) => json_in("solutions", value)?,
        None => return Ok(Vec::new()),
    };
    let first = solutions.get(0).and_then(Value::as_str);
    let solution = |source: &str| Solution {
        name: "solution_1".to_owned(),
        language: PYTHON.to_owned(),
        source: source.to_owned(),
        passes_visible: true,
        note: None,
    };
    Ok(first.map(solution).into_iter().collect())
}

fn runs(pairs: Vec<Pair>) -> Result<Tests, Fault> {
    let run = |pair: Pair| {
        let text = |value: Value, what: &str| match value {
            Value::String(text) => Ok(text),
            Value::Array(lines) if lines.iter().all(Value::is_string) => {
                let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
                Ok(lines.join("\n"))
            }
            Value::Number(number) => Ok(number.to_string()),
            other => Err(wrong_type(
                format!("{}.{what}", pair.place),
                &other,
                "text, or an array of lines",
            )),
        };
        Ok(StdioCase {
            stdin: text(pair.input, "input")?,
            stdout: text(pair.output, "output")?,
            visibility: pair.visibility,
        })
    };
    Ok(Tests::Stdio {
        cases: pairs.into_iter().map(run).collect::<Result<_, Fault>>()?,
        comparison: TOLERANCE,
    })
}

fn calls(name: &str, pairs: Vec<Pair>) -> Result<Tests, Fault> {
    let mut wrapped = false;
    let mut cases = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let place = format!("{}.input", pair.place);
        let (args, expected) = match pair.input {
            Value::Array(args) => {
                wrapped = true;
                (args, pair.output)
            }
            Value::String(text) => {
                let lines = text.lines().filter(|line| !line.trim().is_empty());
                let args = lines.map(|line| json_in(&place, &Value::from(line)));
                let output = match &pair.output {
                    // An output that is no JSON is the text that it is.
                    Value::String(text) => serde_json::from_str(text).unwrap_or(pair.output),
                    _ => pair.output,
                };
                (args.collect::<Result<_, Fault>>()?, output)
            }
            other => {
                return Err(wrong_type(
                    place,
                    &other,
                    "lines of JSON or an array of arguments",
                ));
            }
        };
        cases.push(CallCase {
            args,
            expected: Expected::Value(expected),
            visibility: pair.visibility,
            weight: 1.0,
        });
    }
    Ok(Tests::Calls {
        entry_point: name.to_owned(),
        signature: None,
        cases,
        comparison: Comparison::Loose { wrapped },
    })
}
