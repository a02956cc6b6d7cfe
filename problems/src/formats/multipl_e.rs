//! The layout of MultiPL-E: a prompt that opens a function, and tests that continue the program.
//!
//! The official script runs prompt, completion, a line break and tests as one program. Models stop at
//! the end of the function, so in C++ and Rust the tests begin with its closing brace; that belongs to
//! the candidate's program here. Any language is read; which can be judged is not decided here.

use serde_json::{Map, Value};

use super::Row;
use crate::error::Fault;
use crate::language;
use crate::problem::{CodeCase, Frame, Problem, Tests, Visibility};

/// Languages whose functions cannot be replaced by a proxy later.
const COMPILED: [&str; 3] = ["c", "cpp", "rust"];

pub(super) fn problem(row: &Map<String, Value>) -> Result<Problem, Fault> {
    let keys = row;
    let row = Row::new(row, "MultiPL-E");
    let name = row.text("name")?;
    let language = language::canonical(row.text("language")?);
    let prompt = row.text("prompt")?;
    let tests = row.text("tests")?;
    let stop_tokens = match keys.get("stop_tokens") {
        Some(Value::Null) | None => Vec::new(),
        Some(_) => row.texts("stop_tokens")?,
    };
    let (closing, tests) = match tests.trim_start().strip_prefix('}') {
        Some(rest) => ("\n}\n", rest),
        None => ("\n", tests),
    };
    let entry_point = tested(tests);
    let compiled = COMPILED.contains(&language.as_str());
    if compiled && !prompt.trim_end().ends_with('{') {
        let why = format!("`prompt` of `{name}` does not end with the opening brace of a function");
        return Err(Fault::Invalid {
            why: format!("{why}; fetch the file again"),
        });
    }
    let tests = Tests::Code {
        trusted: if compiled {
            prompt.trim_end().to_owned()
        } else {
            String::new()
        },
        proxied: entry_point.map(str::to_owned).into_iter().collect(),
        cases: vec![CodeCase {
            source: tests.to_owned(),
            visibility: Visibility::Hidden,
        }],
    };
    Ok(Problem {
        language: Some(language),
        entry_point: entry_point.map(str::to_owned),
        frame: Frame {
            after: closing.to_owned(),
            ..Frame::default()
        },
        stop_tokens: stop_tokens.into_iter().map(str::to_owned).collect(),
        ..Problem::new(name, prompt, tests)
    })
}

/// The function that tests are about: what they call the candidate, or in Python pass to `check`.
fn tested(tests: &str) -> Option<&str> {
    let after = |mark: &str, end: char| {
        let rest = &tests[tests.find(mark)? + mark.len()..];
        let name = rest.trim_start();
        let length = name.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))?;
        let named = length > 0 && name[length..].trim_start().starts_with(end);
        named.then_some(&name[..length])
    };
    after("candidate = ", ';').or_else(|| after("    check(", ')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tested_function_is_the_one_that_is_called_the_candidate() {
        assert_eq!(tested("int main() {\n    auto candidate = f;\n"), Some("f"));
        assert_eq!(tested("let candidate = f_2;"), Some("f_2"));
        assert_eq!(tested("def test_check():\n    check(f)\n"), Some("f"));
        assert_eq!(tested("let candidate = f(1);"), None);
        assert_eq!(tested("int main() {}"), None);
    }
}
