//! Our own format: two spellings of one problem, and what is refused in each.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;

use problems::{CallCase, Comparison, Expected, Problem, Tests, Type, Visibility, load};
use serde_json::{Value, json};
use tempfile::TempDir;

const TOML: &str = r#"
name = "pick"
signature = "pick(words: dict<int, string>, at: optional<int>) -> tuple<string, float>"
difficulty = "easy"
tags = ["x"]
statement = '''
Pick "a" word \ or none.
'''
tolerance = { abs = 1e-6 }
budget = { fuel = 1000 }
visible = [
  { args = '[[[1, "a\n"]], 1]', expected = '["a\n", 1]', weight = 2.0 },
]
hidden = [
  { args = '[[], null]', expected = '["", 0.5]' },
]

[[references]]
name = "right"
source = "def pick(words, at): ..."

[[known_wrong]]
name = "wrong"
passes_visible = true
note = "always empty"
source = "def pick(words, at): return '', 0.0"
"#;

fn json_row() -> Value {
    json!({
        "name": "pick",
        "signature": "pick(words: dict<int, string>, at: optional<int>) -> tuple<string, float>",
        "difficulty": "easy", "tags": ["x"],
        "statement": "Pick \"a\" word \\ or none.\n",
        "tolerance": {"abs": 1e-6}, "budget": {"fuel": 1000},
        "visible": [{"args": [[[1, "a\n"]], 1], "expected": ["a\n", 1], "weight": 2.0}],
        "hidden": [{"args": [[], null], "expected": ["", 0.5]}],
        "references": [{"name": "right", "source": "def pick(words, at): ..."}],
        "known_wrong": [{"name": "wrong", "passes_visible": true, "note": "always empty",
                         "source": "def pick(words, at): return '', 0.0"}],
    })
}

fn from_toml(text: &str) -> Result<Problem, String> {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("pick.toml"), text).unwrap();
    fs::write(folder.path().join("README.md"), "not a problem").unwrap();
    let path = folder.path().to_str().unwrap();
    let suite = load(path, None).map_err(|error| error.to_string().replace(path, "FOLDER"))?;
    Ok(suite.problems.into_iter().next().unwrap())
}

fn from_json(row: &Value) -> Result<Problem, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("rows.jsonl");
    fs::write(&path, row.to_string()).unwrap();
    let path = path.to_str().unwrap();
    let suite = load(path, None).map_err(|error| error.to_string().replace(path, "rows.jsonl"))?;
    Ok(suite.problems.into_iter().next().unwrap())
}

#[test]
fn both_spellings_make_the_same_problem() {
    let problem = from_toml(TOML).unwrap();
    assert_eq!(problem, from_json(&json_row()).unwrap());
    assert_eq!(problem.language, None);
    assert_eq!(problem.budget.unwrap().fuel, Some(1000));
    assert!(problem.known_wrong[0].passes_visible);
    let Tests::Calls {
        signature,
        cases,
        comparison,
        ..
    } = problem.tests
    else {
        panic!("code")
    };
    assert_eq!(
        signature.unwrap().parameters[1].ty,
        Type::Optional(Box::new(Type::Int))
    );
    assert_eq!(
        comparison,
        Comparison::Tolerance {
            abs: 1e-6,
            rel: 0.0
        }
    );
    let hidden = CallCase {
        args: vec![json!([]), Value::Null],
        expected: Expected::Value(json!(["", 0.5])),
        visibility: Visibility::Hidden,
        weight: 1.0,
    };
    assert_eq!(cases[1], hidden);
    assert!((cases[0].weight - 2.0).abs() < f64::EPSILON);
}

#[test]
fn the_example_in_the_documentation_loads() {
    let docs = include_str!("../src/lib.rs");
    let block = docs
        .split("//! ```")
        .nth(1)
        .unwrap()
        .strip_prefix("toml")
        .unwrap();
    let lines: Vec<&str> = block
        .lines()
        .map(|line| line.trim_start_matches("//!"))
        .collect();
    let text = lines
        .join("\n")
        .replace("name = \"twice\"", "name = \"pick\"");
    let problem = from_toml(&text).unwrap();
    assert_eq!((problem.tests.len(), problem.known_wrong.len()), (2, 1));
}

#[test]
fn the_prompt_writes_values_as_python_does() {
    insta::assert_snapshot!(from_toml(TOML).unwrap().prompt, @r##"
    def pick(words: dict[int, str], at: int | None) -> tuple[str, float]:
        r"""Pick "a" word \ or none.

        >>> pick({1: 'a\n'}, 1)
        ('a\n', 1.0)
        """
    "##);
}

fn refused_toml(from: &str, to: &str) -> String {
    assert!(TOML.contains(from), "{from}");
    from_toml(&TOML.replace(from, to)).unwrap_err()
}

#[test]
fn an_unknown_key_is_named() {
    insta::assert_snapshot!(refused_toml("tags", "tag"), @"FOLDER/pick.toml:5: unknown field `tag`, expected one of `name`, `signature`, `difficulty`, `tags`, `statement`, `tolerance`, `budget`, `visible`, `hidden`, `references`, `known_wrong`; remove or rename it");
    insta::assert_snapshot!(refused_toml("fuel", "fule"), @"FOLDER/pick.toml:10: unknown field `fule`, expected `fuel` or `memory_bytes`; remove or rename it");
    let mut row = json_row();
    row["hidden"][0]["wieght"] = json!(1);
    insta::assert_snapshot!(from_json(&row).unwrap_err(), @"rows.jsonl:1: at `hidden[0].wieght`: unknown field `wieght`, expected one of `args`, `expected`, `weight`; remove or rename it");
}

#[test]
fn a_missing_key_is_named() {
    insta::assert_snapshot!(refused_toml("difficulty = \"easy\"\n", ""), @"FOLDER/pick.toml:1: missing field `difficulty`; add it");
    let mut row = json_row();
    row.as_object_mut().unwrap().remove("references");
    insta::assert_snapshot!(from_json(&row).unwrap_err(), @"rows.jsonl:1: missing field `references`; add it");
}

#[test]
fn a_value_of_the_wrong_type_is_named() {
    let mut row = json_row();
    row["references"][0]["source"] = json!(3);
    insta::assert_snapshot!(from_json(&row).unwrap_err(), @"rows.jsonl:1: at `references[0].source`: invalid type: number, expected a string; mend it");
    insta::assert_snapshot!(refused_toml("\"easy\"", "\"trivial\""), @"FOLDER/pick.toml:4: unknown variant `trivial`, expected one of `easy`, `medium`, `hard`; mend it");
    insta::assert_snapshot!(refused_toml("fuel = 1000", "fuel = -1"), @"FOLDER/pick.toml:10: invalid value: integer `-1`, expected u64; mend it");
}

#[test]
fn a_case_that_does_not_fit_the_signature_is_named() {
    insta::assert_snapshot!(refused_toml("'[[], null]'", "'[[]]'"), @"FOLDER/pick.toml: `hidden[0].args` has length 1, but `pick(words: dict<int, string>, at: optional<int>) -> tuple<string, float>` takes 2; mend one of them");
    insta::assert_snapshot!(refused_toml("'[[], null]'", "'[[], 1.5]'"), @"FOLDER/pick.toml: `hidden[0].args` does not fit `at`: the value is `1.5`, not a 64-bit int; mend the value or the signature");
    insta::assert_snapshot!(refused_toml("'[[], null]'", "'[[[1, \"a\"], [1, \"b\"]], 1]'"), @"FOLDER/pick.toml: `hidden[0].args` does not fit `words`: the value repeats `1` among its keys; mend the value or the signature");
    insta::assert_snapshot!(refused_toml("'[[], null]'", "'{}'"), @"FOLDER/pick.toml: `hidden[0].args` must be an array of arguments");
    insta::assert_snapshot!(refused_toml("'[\"\", 0.5]'", "'[\"\", 0.5, 1]'"), @"FOLDER/pick.toml: `hidden[0].expected` does not fit: the value is an array of 3, not tuple<string, float>; mend the value or the signature");
    insta::assert_snapshot!(refused_toml("'[\"\", 0.5]'", "'[\"\", 1e999]'"), @"FOLDER/pick.toml: `hidden[0].expected` does not fit: the value at `[1]` is `1e+999`, not a finite float; mend the value or the signature");
}

#[test]
fn text_that_is_not_json_is_refused_with_its_line() {
    insta::assert_snapshot!(refused_toml("'[[], null]'", "'[[], None]'"), @"FOLDER/pick.toml:15: `[[], None]` is not JSON (expected value at line 1 column 6); mend it");
    insta::assert_snapshot!(refused_toml("name = \"pick\"", "name = pick"), @"FOLDER/pick.toml:2: string values must be quoted, expected literal string; mend it");
}

#[test]
fn a_signature_that_is_none_is_refused() {
    insta::assert_snapshot!(refused_toml("optional<int>", "maybe<int>"), @"FOLDER/pick.toml:3: `maybe` is no type (int, float, bool, string, list, tuple, dict, set, optional) at column 36 of `pick(words: dict<int, string>, at: maybe<int>) -> tuple<string, float>`; mend it");
    insta::assert_snapshot!(refused_toml("dict<int, string>", "dict<float, string>"), @"FOLDER/pick.toml:3: `float` cannot be a key or a member of a set at column 32 of `pick(words: dict<float, string>, at: optional<int>) -> tuple<string, float>`; mend it");
}

#[test]
fn problems_that_cannot_be_judged_are_refused() {
    insta::assert_snapshot!(refused_toml("name = \"pick\"", "name = \"other\""), @"FOLDER/pick.toml: problem `other` must lie in `other.toml`; rename one");
    insta::assert_snapshot!(refused_toml("name = \"wrong\"", "name = \"right\""), @"FOLDER/pick.toml: two solutions are called `right`; rename one");
    insta::assert_snapshot!(refused_toml("abs = 1e-6", "abs = -1.0"), @"FOLDER/pick.toml: `tolerance` needs `abs` or `rel` above zero, and neither below; mend or drop it");
    insta::assert_snapshot!(refused_toml("weight = 2.0", "weight = -2.0"), @"FOLDER/pick.toml: `visible[0].weight` is `-2`; it must not be below zero");
    let mut row = json_row();
    row["references"] = json!([]);
    insta::assert_snapshot!(from_json(&row).unwrap_err(), @"rows.jsonl:1: `references` is empty; add a program that is right");
    row = json_row();
    row["visible"] = json!([]);
    row["hidden"] = json!([]);
    insta::assert_snapshot!(from_json(&row).unwrap_err(), @"rows.jsonl:1: there is no case; add some to `visible` and `hidden`");
}
