//! Sets of inputs and outputs: APPS, TACO, verl, LiveCodeBench and open-r1, and what is refused in them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;

use problems::{
    Comparison, Difficulty, Expected, Format, Problem, SampleKind, Suite, Tests, Visibility, load,
};
use serde_json::{Value, json};
use tempfile::TempDir;

fn suite(rows: &[Value]) -> Result<Suite, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("rows.jsonl");
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    fs::write(&path, lines.join("\n")).unwrap();
    load(path.to_str().unwrap(), None).map_err(|error| {
        let error = error.to_string();
        assert!(!error.contains('\n'), "{error}");
        error.replace(path.to_str().unwrap(), "rows.jsonl")
    })
}

fn one(row: &Value, format: Format) -> Problem {
    let mut suite = suite(std::slice::from_ref(row)).unwrap();
    assert_eq!(suite.format, format);
    suite.problems.remove(0)
}

fn refused(row: &Value) -> String {
    suite(std::slice::from_ref(row)).unwrap_err()
}

/// Standard input, output and visibility of each case.
fn runs(problem: &Problem) -> Vec<(&str, &str, Visibility)> {
    let Tests::Stdio { cases, .. } = &problem.tests else {
        panic!("no programs")
    };
    let cases = cases.iter();
    cases
        .map(|case| (&case.stdin[..], &case.stdout[..], case.visibility))
        .collect()
}

fn calls(problem: &Problem) -> (Vec<Value>, Comparison) {
    let Tests::Calls {
        cases, comparison, ..
    } = &problem.tests
    else {
        panic!("no calls")
    };
    let each = cases.iter().map(|case| match &case.expected {
        Expected::Value(value) => json!([case.args, value]),
        Expected::Oracle => panic!("no answer"),
    });
    (each.collect(), *comparison)
}

#[test]
fn a_column_may_be_an_object_or_a_string_of_it_and_is_found_by_its_name() {
    let cases = json!({"inputs": ["1 2\n", ["3", "4"]], "outputs": ["3\n", ["7"]]});
    let hidden = Visibility::Hidden;
    let expected = [("1 2\n", "3\n", hidden), ("3\n4", "7", hidden)];
    for column in ["input_output", "test_cases", "ground_truth"] {
        for value in [cases.clone(), json!(cases.to_string())] {
            let row = json!({"problem_id": 7, "question": "Add.", column: value});
            let problem = one(&row, Format::InputsOutputs);
            assert_eq!(
                (problem.id.as_str(), problem.language.as_ref()),
                ("7", None)
            );
            assert_eq!(runs(&problem), expected);
        }
    }
    let row = json!({
        "data_source": "x", "prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "Add."}],
        "reward_model": {"style": "rule", "ground_truth": cases.to_string()},
    });
    let problem = one(&row, Format::InputsOutputs);
    assert_eq!(
        (problem.id.as_str(), problem.statement.as_deref()),
        ("line/1", Some("Add."))
    );
    assert_eq!(runs(&problem), expected);
}

#[test]
fn a_program_of_a_stdio_problem_is_the_statement_as_a_docstring_and_the_answer() {
    let row = json!({"id": "a", "question": "Say \"hi\".", "difficulty": "introductory",
                     "solutions": "[\"print('hi')\"]", "input_output": {"inputs": [""], "outputs": ["hi"]}});
    let problem = one(&row, Format::InputsOutputs);
    assert_eq!(problem.difficulty, Some(Difficulty::Easy));
    assert_eq!(problem.references[0].source, "print('hi')");
    let program = problem.program(&SampleKind::Completion("print('hi')".to_owned()));
    assert_eq!(program, "\"\"\"\nSay \"hi\".\n\"\"\"\nprint('hi')");
}

#[test]
fn with_a_functions_name_each_line_is_an_argument() {
    let row = json!({"id": "a", "question": "q", "starter_code": "class Solution:\n    def add(self, a, b):\n        ",
                     "input_output": {"fn_name": "add", "inputs": ["[1, 2]\n\"x\""], "outputs": ["[3]"]}});
    let problem = one(&row, Format::InputsOutputs);
    assert_eq!(problem.language.as_deref(), Some("python"));
    assert_eq!(problem.entry_point.as_deref(), Some("add"));
    let (found, comparison) = calls(&problem);
    assert_eq!(found, [json!([[[1, 2], "x"], [3]])]);
    assert_eq!(comparison, Comparison::Loose { wrapped: false });
    insta::assert_snapshot!(problem.program(&SampleKind::Solution("PROGRAM".to_owned())), @r#"
    PROGRAM

    if "add" not in globals() and "Solution" in globals():
        add = Solution().add
    "#);
}

#[test]
fn arrays_of_arguments_may_come_with_wrapped_answers() {
    let row = json!({"id": "a", "question": "q",
                     "input_output": {"fn_name": "add", "inputs": [[1, 2]], "outputs": [[3]]}});
    let (found, comparison) = calls(&one(&row, Format::InputsOutputs));
    assert_eq!(found, [json!([[1, 2], [3]])]);
    assert_eq!(comparison, Comparison::Loose { wrapped: true });
}

#[test]
fn live_code_bench_has_visible_and_hidden_cases() {
    let public = json!([{"input": "1\n", "output": "2\n", "testtype": "stdin"}]).to_string();
    let private = json!([{"input": "5\n", "output": "6\n", "testtype": "stdin"}]).to_string();
    let row = json!({"question_id": "abc_a", "question_content": "Add one.", "starter_code": "", "difficulty": "hard",
                     "public_test_cases": public, "private_test_cases": private, "metadata": "{}"});
    let problem = one(&row, Format::LiveCodeBench);
    assert_eq!(
        runs(&problem),
        [
            ("1\n", "2\n", Visibility::Visible),
            ("5\n", "6\n", Visibility::Hidden)
        ]
    );
    let mut of_function = row.clone();
    of_function["metadata"] = json!("{\"func_name\": \"inc\"}");
    assert_eq!(
        calls(&one(&of_function, Format::LiveCodeBench)).0[0],
        json!([[1], 2])
    );
    let mut packed = row;
    packed["private_test_cases"] = json!("eJxrYJmayQABGT2M=");
    insta::assert_snapshot!(refused(&packed), @"rows.jsonl:1: key `private_test_cases` is packed with Python's pickle, which is not read here; write it as JSON: `json.loads(pickle.loads(zlib.decompress(base64.b64decode(text))))`");
}

#[test]
fn open_r1_names_its_language() {
    let row = json!({"problem_id": "p1", "problem": "Add.", "verification_info": {"language": "C++",
        "test_cases": [{"input": "1 2", "output": "3", "type": "stdin_stdout", "fn_name": null}]}});
    let problem = one(&row, Format::OpenR1);
    assert_eq!(
        (problem.id.as_str(), problem.language.as_deref()),
        ("p1", Some("cpp"))
    );
    assert_eq!(runs(&problem).len(), 1);
}

#[test]
fn what_makes_no_case_is_named_in_one_line() {
    let with = |value: Value| refused(&json!({"id": "a", "question": "q", "input_output": value}));
    insta::assert_snapshot!(with(json!("{oops")), @"rows.jsonl:1: key `input_output` is a string that is not JSON (key must be a string, column 2); mend it");
    insta::assert_snapshot!(with(json!("")), @"rows.jsonl:1: key `input_output` is empty, so there is no case; drop the row");
    insta::assert_snapshot!(with(json!({"inputs": ["1"]})), @"rows.jsonl:1: key `input_output` has no `outputs`; it must have `inputs` and `outputs`");
    insta::assert_snapshot!(with(json!({"inputs": ["1"], "outputs": []})), @"rows.jsonl:1: key `input_output` has 1 inputs and 0 outputs; mend the row");
    insta::assert_snapshot!(with(json!({"inputs": [], "outputs": []})), @"rows.jsonl:1: there is no case; drop the row");
    insta::assert_snapshot!(with(json!({"inputs": [{}], "outputs": ["1"]})), @"rows.jsonl:1: key `input_output[0].input` is an object; it must be text, or an array of lines");
    insta::assert_snapshot!(with(json!({"inputs": ["x"], "outputs": ["1"], "fn_name": "f"})), @"rows.jsonl:1: key `input_output[0].input` is a string that is not JSON (expected value, column 1); mend it");
    insta::assert_snapshot!(with(json!([{"input": "1"}])), @"rows.jsonl:1: `input_output[0]` has no key `output`; a case needs `input` and `output`");
    insta::assert_snapshot!(refused(&json!({"id": "a", "input_output": {"inputs": ["1"], "outputs": ["1"]}})), @"rows.jsonl:1: no statement; one of the keys `question_content`, `question`, `problem_statement`, `problem`, `description`, `prompt` must be text");
    insta::assert_snapshot!(refused(&json!({"verification_info": {"language": "python"}})), @"rows.jsonl:1: key `verification_info` has no `test_cases`; add them");
}

#[test]
fn rows_of_multipl_e_and_humaneval_x_that_open_no_function_are_refused() {
    let row = json!({"name": "a", "language": "cpp", "prompt": "int f(int x);", "tests": "}\nint main() {}"});
    insta::assert_snapshot!(refused(&row), @"rows.jsonl:1: `prompt` of `a` does not end with the opening brace of a function; fetch the file again");
    let row = json!({"name": "a", "language": "cpp", "prompt": "int f(int x) {", "tests": 1});
    insta::assert_snapshot!(refused(&row), @"rows.jsonl:1: key `tests` is a number; it must be a string");
    let row = json!({"task_id": "CPP/0", "prompt": "p", "declaration": "int f();", "canonical_solution": "", "test": ""});
    insta::assert_snapshot!(refused(&row), @"rows.jsonl:1: `declaration` of `CPP/0` opens no function; fetch the file again");
    let row = json!({"task_id": "Java/0", "prompt": "p", "declaration": "", "canonical_solution": "", "test": ""});
    insta::assert_snapshot!(refused(&row), @"rows.jsonl:1: task `Java/0` is in a language that no guest exists for; use HumanEval-X in C++, JavaScript or Rust");
}

#[test]
fn any_language_of_multipl_e_is_read() {
    let row = json!({"name": "a", "language": "lua", "prompt": "local function f(x)", "tests": "lu = require('luaunit')",
                     "stop_tokens": ["\nlocal"]});
    let problem = one(&row, Format::MultiplE);
    assert_eq!(
        (problem.language.as_deref(), problem.entry_point),
        (Some("lua"), None)
    );
    assert_eq!(problem.stop_tokens, ["\nlocal"]);
}
