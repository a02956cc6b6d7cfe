//! One task and everything that decides whether a program solves it.
//!
//! The types are the same for every format: a loader turns its rows into them, and whoever judges
//! needs to know only these. How answers are compared is named here ([`Comparison`]) and done by the
//! judge, because the values to compare exist only there.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::signature::Signature;

/// The name of a problem, unique within its suite: `HumanEval/0`, `Mbpp/11`, `gap_days`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProblemId(String);

impl ProblemId {
    /// Takes the text as it is.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProblemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for ProblemId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// One task: the text a model sees, the tests, and programs known to be right or wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Its name within the suite.
    pub id: ProblemId,
    /// The language the tests and the prompt are written in, in lower case (`python`, `cpp`); `None` for
    /// a problem whose tests are values or texts, which any language can answer.
    pub language: Option<String>,
    /// What a completion continues. For a language-neutral problem this is the Python prompt.
    pub prompt: String,
    /// The task in prose, where the format keeps it apart from the prompt.
    pub statement: Option<String>,
    /// The function that the tests call, where there is one.
    pub entry_point: Option<String>,
    /// What counts as right.
    pub tests: Tests,
    /// Whole programs that must pass.
    pub references: Vec<Solution>,
    /// Whole programs that must not pass.
    pub known_wrong: Vec<Solution>,
    /// Text that stands around an answer and that no model writes.
    pub frame: Frame,
    /// Texts that end a completion, where the set names them; they are no part of it.
    pub stop_tokens: Vec<String>,
    /// Why no candidate can be judged here, where that is known: every one is then `not_judged`.
    pub unjudgeable: Option<String>,
    /// Limits that replace the judge's defaults.
    pub budget: Option<Budget>,
    /// How hard its author finds it.
    pub difficulty: Option<Difficulty>,
    /// Free words to select problems by.
    pub tags: Vec<String>,
}

impl Problem {
    /// A problem of nothing but these. Loaders fill in what their format has besides.
    pub fn new(id: impl Into<String>, prompt: impl Into<String>, tests: Tests) -> Self {
        Self {
            id: ProblemId::new(id),
            language: None,
            prompt: prompt.into(),
            statement: None,
            entry_point: None,
            tests,
            references: Vec::new(),
            known_wrong: Vec::new(),
            frame: Frame::default(),
            stop_tokens: Vec::new(),
            unjudgeable: None,
            budget: None,
            difficulty: None,
            tags: Vec::new(),
        }
    }

    /// The whole program that an answer makes: a completion continues the prompt, a solution stands for
    /// itself.
    pub fn program(&self, kind: &SampleKind) -> String {
        let Frame {
            before,
            after,
            at_end,
        } = &self.frame;
        match kind {
            SampleKind::Completion(text) => {
                format!("{before}{}{text}{after}{at_end}", self.prompt)
            }
            SampleKind::Solution(source) => format!("{source}{at_end}"),
        }
    }
}

/// Text around an answer, all of it empty for most formats.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// Before the prompt that a completion continues: what the set's own script puts there.
    pub before: String,
    /// After a completion: what closes the function that the prompt opened, where a model stops before
    /// that.
    pub after: String,
    /// After every program, a whole one too.
    pub at_end: String,
}

/// What a model's answer is in relation to the prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SampleKind {
    /// Text that continues the prompt.
    Completion(String),
    /// A whole program.
    Solution(String),
}

/// The tests of a problem, by the way they are judged.
#[derive(Debug, Clone, PartialEq)]
pub enum Tests {
    /// Test code that runs in the judge's instance, with the candidate in another one.
    Code {
        /// Runs first in the judge's instance: a right program, because tests may use helpers that
        /// the prompt or the solution defines. In C, C++ and Rust, which cannot replace a function
        /// later, it is the beginning of one and ends with the entry point's head and opening brace;
        /// whoever judges writes the proxy's body behind it, and the closing brace.
        trusted: String,
        /// Names that are then replaced there by proxies into the candidate.
        proxied: Vec<String>,
        /// Runs one after the other in the same namespace; in C, C++ and Rust each is a rest of a
        /// program with a `main` of its own.
        cases: Vec<CodeCase>,
    },
    /// Calls with values; the answers are compared outside of every guest.
    Calls {
        /// The function to call.
        entry_point: String,
        /// Types of arguments and answer, where the format has them. Without one, JSON values go in
        /// and come out as what they look like.
        signature: Option<Signature>,
        /// The calls, in order.
        cases: Vec<CallCase>,
        /// What makes an answer equal to the expected one.
        comparison: Comparison,
    },
    /// Whole programs that read standard input and write standard output.
    Stdio {
        /// The runs, in order.
        cases: Vec<StdioCase>,
        /// Exact compares the output's bytes without white space at line ends and at the end;
        /// Tolerance compares word by word, numbers by value; the tolerance itself is for words that
        /// are expected with a fraction or an exponent, so a large integer is exact.
        comparison: Comparison,
    },
}

impl Tests {
    /// The visibility of each case, in order.
    pub fn visibilities(&self) -> Vec<Visibility> {
        match self {
            Self::Code { cases, .. } => cases.iter().map(|case| case.visibility).collect(),
            Self::Calls { cases, .. } => cases.iter().map(|case| case.visibility).collect(),
            Self::Stdio { cases, .. } => cases.iter().map(|case| case.visibility).collect(),
        }
    }

    /// The number of cases.
    pub fn len(&self) -> usize {
        match self {
            Self::Code { cases, .. } => cases.len(),
            Self::Calls { cases, .. } => cases.len(),
            Self::Stdio { cases, .. } => cases.len(),
        }
    }

    /// Whether there is no case at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Whether a model may see a case: visible ones can stand in the prompt or feed a weak reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Known to whoever writes the candidate.
    Visible,
    /// Kept back.
    Hidden,
}

/// A piece of test code that raises an exception unless the candidate is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeCase {
    /// The code.
    pub source: String,
    /// Whether a model may see it.
    pub visibility: Visibility,
}

/// One call and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct CallCase {
    /// Positional arguments.
    pub args: Vec<Value>,
    /// The right answer.
    pub expected: Expected,
    /// Whether a model may see it.
    pub visibility: Visibility,
    /// Its share in a weighted reward; 1 unless the problem says otherwise.
    pub weight: f64,
}

/// Where the right answer of a call comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// It is known.
    Value(Value),
    /// It is what the problem's first reference answers.
    Oracle,
}

/// One run with standard input and the output it must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StdioCase {
    /// What the program reads.
    pub stdin: String,
    /// What it must write.
    pub stdout: String,
    /// Whether a model may see it.
    pub visibility: Visibility,
}

/// What makes an answer equal to the expected one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Comparison {
    /// Equal values of the same type.
    Exact,
    /// Floats anywhere inside may differ by `abs + rel * |expected|`; everything else is exact.
    Tolerance {
        /// Absolute part.
        abs: f64,
        /// Part relative to the expected value.
        rel: f64,
    },
    /// As EvalPlus compares: Python's `==` first, then, where `atol` is not zero, equal outer type and
    /// length and every number within `atol + 1e-7 * |expected|`. A zero `atol` becomes 1e-6 from the
    /// first case on whose expected value is a float or a non-empty list or tuple of floats only, and
    /// stays so for the cases after it.
    EvalPlus {
        /// The problem's absolute tolerance.
        atol: f64,
    },
    /// As APPS compares: Python's `==` with tuples as lists, and, where the set wraps its answers, an
    /// expected array of one stands for its only element too.
    Loose {
        /// Whether answers may be wrapped.
        wrapped: bool,
    },
    /// The answer is a root of the polynomial whose coefficients, lowest first, are the first
    /// argument: its value there is at most `atol` in size. EvalPlus judges `find_zero` so, because
    /// a polynomial has several roots.
    PolynomialRoot {
        /// Largest value that counts as zero.
        atol: f64,
    },
}

/// A whole program that is known to be right or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// A short name, unique among the problem's solutions.
    pub name: String,
    /// Its language, in lower case.
    pub language: String,
    /// The program.
    pub source: String,
    /// Whether it passes every visible case; always true for a reference.
    pub passes_visible: bool,
    /// What is wrong with it, or what it shows.
    pub note: Option<String>,
}

/// Limits of one problem that replace the judge's defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Units of fuel for a candidate.
    pub fuel: Option<u64>,
    /// Bytes of linear memory for a candidate.
    pub memory_bytes: Option<u64>,
}

/// How hard a problem is, in its author's eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difficulty {
    /// A few lines, one idea.
    Easy,
    /// Two ideas, or one with several edge cases.
    Medium,
    /// An algorithm that has to be found first.
    Hard,
}
