//! The layout of HumanEval-X: a prompt that opens a function, a solution, and a program's end of tests.
//!
//! C++, JavaScript and Rust are read. The official script puts some headers before a C++ program and the
//! declaration before a Rust one; so do these rows. Crates other than the standard library are not
//! there: their `use` lines are dropped, and a row whose tests need one says that it cannot be judged.

mod rust;

use serde_json::{Map, Value};

use super::Row;
use crate::code::{self, Function};
use crate::error::Fault;
use crate::problem::{CodeCase, Frame, Problem, Solution, Tests, Visibility};

/// Headers that the official script puts before a C++ program that lacks them.
const CPP_HEADERS: [&str; 10] = [
    "stdlib.h",
    "algorithm",
    "math.h",
    "stdio.h",
    "vector",
    "string",
    "climits",
    "cstring",
    "iostream",
    "cassert",
];

pub(super) fn problem(row: &Map<String, Value>) -> Result<Problem, Fault> {
    let row = Row::new(row, "HumanEval-X");
    let id = row.text("task_id")?;
    let parts = Parts {
        id,
        prompt: row.text("prompt")?,
        declaration: row.text("declaration")?,
        solution: row.text("canonical_solution")?,
        test: row.text("test")?,
    };
    match id.split('/').next() {
        Some("CPP") => parts.cpp(),
        Some("JavaScript") => parts.javascript(),
        Some("Rust") => parts.rust(),
        _ => {
            let why = format!(
                "task `{id}` is in a language that no guest exists for; use HumanEval-X in C++, \
                 JavaScript or Rust"
            );
            Err(Fault::Invalid { why })
        }
    }
}

/// The texts of a row.
struct Parts<'a> {
    id: &'a str,
    prompt: &'a str,
    declaration: &'a str,
    solution: &'a str,
    test: &'a str,
}

/// A problem's program in its language.
struct Program<'a> {
    language: &'a str,
    prompt: &'a str,
    /// Before the prompt.
    before: String,
    trusted: String,
    entry_point: &'a str,
    case: String,
    unjudgeable: Option<String>,
}

impl Parts<'_> {
    fn cpp(&self) -> Result<Problem, Fault> {
        let open = self.open(self.declaration)?;
        let headers = CPP_HEADERS.iter().filter(|header| {
            let included = |space: &str| format!("#include{space}<{header}>");
            !self.prompt.contains(&included("")) && !self.prompt.contains(&included(" "))
        });
        let before = headers.fold(String::new(), |text, header| {
            text + "#include<" + header + ">\n"
        });
        let foreign = self.declaration.contains("<boost/");
        Ok(self.problem(Program {
            language: "cpp",
            prompt: self.prompt,
            before,
            trusted: open.opened.to_owned(),
            entry_point: open.name,
            case: self.test.to_owned(),
            unjudgeable: foreign.then(|| {
                "its prompt includes Boost, and there is only the standard library".into()
            }),
        }))
    }

    fn javascript(&self) -> Result<Problem, Fault> {
        // The declaration ends with the line that opens the function. Before it stand the helpers that
        // some tests call; the function itself must not be there, or it would hide its proxy.
        let header = self.declaration.trim_end().rfind('\n');
        let helpers = header.map_or("", |at| &self.declaration[..at]);
        Ok(self.problem(Program {
            language: "javascript",
            prompt: self.prompt,
            before: String::new(),
            trusted: helpers.to_owned(),
            entry_point: self.open(self.declaration)?.name,
            case: self.test.to_owned(),
            unjudgeable: None,
        }))
    }

    fn rust(&self) -> Result<Problem, Fault> {
        let declaration = rust::without_crates(self.declaration);
        let prompt = format!("{}{declaration}", self.prompt);
        let program = format!("{prompt}{}", self.solution);
        let (entry, unjudgeable) = match rust::tested(&program, self.test) {
            Ok(entry) => (entry, None),
            Err(why) => (self.open(&prompt)?, Some(why)),
        };
        Ok(self.problem(Program {
            language: "rust",
            prompt: &prompt,
            before: String::new(),
            trusted: entry.opened.to_owned(),
            entry_point: entry.name,
            case: rust::program_of_tests(self.test),
            unjudgeable,
        }))
    }

    fn open<'t>(&self, text: &'t str) -> Result<Function<'t>, Fault> {
        code::open_function(text).ok_or_else(|| Fault::Invalid {
            why: format!(
                "`declaration` of `{}` opens no function; fetch the file again",
                self.id
            ),
        })
    }

    fn problem(&self, program: Program<'_>) -> Problem {
        let frame = Frame {
            before: program.before,
            ..Frame::default()
        };
        let source = format!("{}{}{}", frame.before, program.prompt, self.solution);
        let tests = Tests::Code {
            trusted: program.trusted,
            proxied: vec![program.entry_point.to_owned()],
            cases: vec![CodeCase {
                source: program.case,
                visibility: Visibility::Hidden,
            }],
        };
        Problem {
            language: Some(program.language.to_owned()),
            entry_point: Some(program.entry_point.to_owned()),
            references: vec![Solution {
                name: "canonical".to_owned(),
                language: program.language.to_owned(),
                source,
                passes_visible: true,
                note: None,
            }],
            frame,
            unjudgeable: program.unjudgeable,
            ..Problem::new(self.id, program.prompt, tests)
        }
    }
}
