//! A set of problems and the format it came in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Fault;
use crate::problem::{Problem, ProblemId};

/// A set of problems.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// The file's or folder's name without its extensions, or the name after `builtin:`.
    pub name: String,
    /// The layout it was read from, which also decides how samples name their tasks.
    pub format: Format,
    /// The problems in the order of the file; ids are unique.
    pub problems: Vec<Problem>,
}

impl Suite {
    /// The problem of that exact id.
    pub fn get(&self, id: &str) -> Option<&Problem> {
        self.problems
            .iter()
            .find(|problem| problem.id.as_str() == id)
    }

    /// The problem that a sample's `task_id` means: its exact id, and for MBPP also its number, as a
    /// number or as text, bare or after `Mbpp/` in any case.
    pub fn resolve(&self, task_id: &Value) -> Option<&Problem> {
        self.get(canonical_id(self.format, task_id)?.as_str())
    }
}

/// The id that a `task_id` means in a suite of that format, whether or not the suite has it.
pub(crate) fn canonical_id(format: Format, task_id: &Value) -> Option<ProblemId> {
    match (format, task_id) {
        (Format::Mbpp, Value::Number(number)) => number
            .as_u64()
            .map(|number| ProblemId::new(format!("Mbpp/{number}"))),
        (Format::Mbpp, Value::String(text)) => {
            let digits = match text.split_once('/') {
                Some((set, digits)) if set.eq_ignore_ascii_case("mbpp") => digits,
                Some(_) => return None,
                None => text,
            };
            let number: u64 = digits.parse().ok()?;
            Some(ProblemId::new(format!("Mbpp/{number}")))
        }
        (_, Value::String(text)) => Some(ProblemId::new(text)),
        _ => None,
    }
}

/// A layout of problem files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// `task_id, prompt, entry_point, canonical_solution, test`, a JSON object a line.
    HumanEval,
    /// `task_id, prompt, entry_point, canonical_solution, base_input, plus_input, atol`.
    #[serde(rename = "evalplus")]
    EvalPlus,
    /// `task_id` (a number), `text, code, test_setup_code, test_list, challenge_test_list`.
    Mbpp,
    /// `task_id` (`CPP/0`), `prompt, declaration, canonical_solution, test`: HumanEval-X in C++,
    /// JavaScript and Rust.
    #[serde(rename = "humaneval-x")]
    HumanEvalX,
    /// `name, language, prompt, tests, stop_tokens`: the translations of MultiPL-E.
    #[serde(rename = "multipl-e")]
    MultiplE,
    /// `{"inputs", "outputs", "fn_name"?}` in a column, as APPS, TACO and verl have it.
    InputsOutputs,
    /// `public_test_cases` and `private_test_cases`.
    #[serde(rename = "livecodebench")]
    LiveCodeBench,
    /// `verification_info`: `{"language", "test_cases"}`.
    #[serde(rename = "open-r1")]
    OpenR1,
    /// Our own: a JSON object a line, or a folder with a TOML file per problem.
    Rewardsmith,
}

impl Format {
    /// Every format, in the order in which help texts name them.
    pub const ALL: [Self; 9] = [
        Self::HumanEval,
        Self::EvalPlus,
        Self::Mbpp,
        Self::HumanEvalX,
        Self::MultiplE,
        Self::InputsOutputs,
        Self::LiveCodeBench,
        Self::OpenR1,
        Self::Rewardsmith,
    ];

    /// The name used on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HumanEval => "human-eval",
            Self::EvalPlus => "evalplus",
            Self::Mbpp => "mbpp",
            Self::HumanEvalX => "humaneval-x",
            Self::MultiplE => "multipl-e",
            Self::InputsOutputs => "inputs-outputs",
            Self::LiveCodeBench => "livecodebench",
            Self::OpenR1 => "open-r1",
            Self::Rewardsmith => "rewardsmith",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .ok_or_else(|| Fault::UnknownFormatName {
                name: text.to_owned(),
            })
    }
}
