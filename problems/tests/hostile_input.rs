//! Whatever bytes a file holds, loading it answers or refuses; it never panics.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use problems::{Format, SampleKind, Samples, load};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// Loads the file as every format, and as samples.
fn load_every_way(path: &Path) {
    let name = path.to_str().unwrap();
    for format in Format::ALL.into_iter().map(Some).chain([None]) {
        if let Err(error) = load(name, format) {
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }
    let suite = load("builtin:core", None).unwrap();
    if let Err(error) = Samples::load(path, &suite) {
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

fn in_file(name: &str, bytes: &[u8]) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    load_every_way(&path);
}

/// JSON of any shape, with keys and texts that the formats know mixed in.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "task_id",
        "prompt",
        "entry_point",
        "canonical_solution",
        "test",
        "base_input",
        "plus_input",
        "atol",
        "text",
        "code",
        "test_list",
        "name",
        "signature",
        "visible",
        "hidden",
        "references",
        "f(x: int) -> int",
        "def f(x):",
        "assert f('",
        "```python",
        "\\",
        "\"\"\"",
        "gap_days",
        "solution",
        "completion",
        "easy",
        "CPP/0",
        "Rust/0",
        "cpp",
        "inputs",
        "outputs",
        "fn_name",
        "input",
        "output",
        "test_cases",
        "int f(int x) {",
        "}\nlet candidate = f;",
        "#[test]\nfn t() { f(1) }",
        "{\"inputs\": [\"1\"], \"outputs\": [\"1\"]}",
        "$serde_json::private::Number",
    ])
    .prop_map(str::to_owned);
    let text = prop_oneof![word, any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..8)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// A row that has every key of every format, with values of any shape.
fn full_row() -> impl Strategy<Value = Map<String, Value>> {
    const KEYS: [&str; 30] = [
        "task_id",
        "prompt",
        "entry_point",
        "canonical_solution",
        "test",
        "base_input",
        "plus_input",
        "atol",
        "text",
        "code",
        "test_setup_code",
        "test_list",
        "challenge_test_list",
        "name",
        "signature",
        "statement",
        "visible",
        "hidden",
        "references",
        "solution",
        "difficulty",
        "declaration",
        "language",
        "tests",
        "stop_tokens",
        "input_output",
        "public_test_cases",
        "private_test_cases",
        "verification_info",
        "reward_model",
    ];
    prop::collection::vec((any::<bool>(), any::<String>(), any_json()), KEYS.len()).prop_map(
        |values| {
            let fitting = |(plain, text, json): (bool, String, Value)| {
                if plain { Value::String(text) } else { json }
            };
            KEYS.iter()
                .map(|key| (*key).to_owned())
                .zip(values.into_iter().map(fitting))
                .collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        in_file("rows.jsonl", &bytes);
        in_file("rows.jsonl.gz", &bytes);
    }

    #[test]
    fn a_damaged_gzip_stream_is_answered_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(json!({"task_id": "gap_days", "solution": "x"}).to_string().as_bytes()).unwrap();
        let mut bytes = encoder.finish().unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        in_file("rows.jsonl.gz", &bytes);
        in_file("rows.jsonl.gz", &bytes[..at]);
    }

    #[test]
    fn any_json_is_answered_or_refused(rows in prop::collection::vec(any_json(), 1..4)) {
        let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
        in_file("rows.jsonl", lines.join("\n").as_bytes());
    }

    #[test]
    fn any_row_with_known_keys_is_answered_or_refused(row in full_row()) {
        in_file("rows.jsonl", Value::Object(row).to_string().as_bytes());
    }

    #[test]
    fn any_toml_file_is_answered_or_refused(text in any::<String>(), row in full_row()) {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("a.toml"), &text).unwrap();
        load_every_way(folder.path());
        if let Ok(text) = toml::to_string(&row) {
            fs::write(folder.path().join("a.toml"), text).unwrap();
            load_every_way(folder.path());
        }
    }

    #[test]
    fn any_answer_makes_a_program(answer in "(```|~~~|python|\n|def gap_days|[ -~]|\\PC){0,40}") {
        let suite = load("builtin:core", None).unwrap();
        let problem = suite.get("gap_days").unwrap();
        let (kind, unwrapped) = SampleKind::of_completion(problem, &answer);
        if !unwrapped {
            prop_assert_eq!(problem.program(&kind), format!("{}{answer}", problem.prompt));
        }
    }
}

#[test]
fn json_nested_beyond_all_bounds_is_refused() {
    let deep = "[".repeat(1 << 20);
    in_file("rows.jsonl", deep.as_bytes());
    in_file("rows.jsonl", format!(r#"{{"task_id":{deep}"#).as_bytes());
}
