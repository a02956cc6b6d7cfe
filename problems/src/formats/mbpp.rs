//! The layout of MBPP: a sentence, a solution, and a list of asserts.
//!
//! Each assert is a case: those of `test_list` are visible, as they stand in the prompt; those of
//! `challenge_test_list` are hidden. The prompt is the sentence and the visible asserts in one Python
//! docstring, the way the MBPP paper puts them before the model (it names no function otherwise), so
//! that a completion is a whole module which the docstring does not disturb.
//!
//! Which functions the candidate must answer for is not said by the rows. They are found by a scan of
//! the text: names that the solution defines at the start of a line (`def name`, or `name = lambda`)
//! and that an assert mentions outside of string literals. Classes are left in the judge, since their
//! instances cannot cross between guests.

use serde_json::{Map, Value};

use super::human_eval::{PYTHON, reference};
use super::{Row, wrong_type};
use crate::error::Fault;
use crate::problem::{CodeCase, Problem, Tests, Visibility};
use crate::python;

pub(super) fn problem(row: &Map<String, Value>) -> Result<Problem, Fault> {
    let row = Row::new(row, "MBPP");
    let id = row.value("task_id")?;
    let number = id
        .as_u64()
        .ok_or_else(|| wrong_type("task_id", id, "a whole number"))?;
    let text = row.text("text")?;
    let code = unix_lines(row.text("code")?);
    let setup = unix_lines(row.text("test_setup_code")?);
    let visible = asserts(&row, "test_list", Visibility::Visible)?;
    let hidden = asserts(&row, "challenge_test_list", Visibility::Hidden)?;
    let prompt = prompt(text, &visible);
    let cases: Vec<CodeCase> = visible.into_iter().chain(hidden).collect();
    let proxied = called(&code, &cases);
    let Some(entry_point) = proxied.first().cloned() else {
        let why = "no assert calls a function that `code` defines; fix the row".to_owned();
        return Err(Fault::Invalid { why });
    };
    let trusted = if setup.trim().is_empty() {
        code.clone()
    } else {
        format!("{setup}\n{code}")
    };
    let tests = Tests::Code {
        trusted,
        proxied,
        cases,
    };
    Ok(Problem {
        language: Some(PYTHON.to_owned()),
        statement: Some(text.to_owned()),
        entry_point: Some(entry_point),
        references: vec![reference(code)],
        ..Problem::new(format!("Mbpp/{number}"), prompt, tests)
    })
}

fn asserts(
    row: &Row<'_>,
    key: &'static str,
    visibility: Visibility,
) -> Result<Vec<CodeCase>, Fault> {
    let case = |text: &str| CodeCase {
        source: unix_lines(text),
        visibility,
    };
    Ok(row.texts(key)?.into_iter().map(case).collect())
}

fn prompt(text: &str, visible: &[CodeCase]) -> String {
    let mut body = format!("\n{}\n", text.trim());
    for case in visible {
        body.push_str(case.source.trim_end());
        body.push('\n');
    }
    format!("{}\n", python::docstring(&unix_lines(&body)))
}

/// The rows come with carriage returns, which would stand inside of multi-line strings.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Functions that the solution defines and the cases mention, in the order of definition.
fn called(code: &str, cases: &[CodeCase]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for line in code.lines() {
        let Some(name) = python::function_defined_by(line) else {
            continue;
        };
        let mentioned = cases
            .iter()
            .any(|case| python::mentions(&case.source, name));
        if mentioned && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}
