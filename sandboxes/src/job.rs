//! What can be asked of a sandbox: a program, what to do with it, and its limits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Limits, Value};

/// A language that a guest exists for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// CPython 3.14.
    Python,
    /// QuickJS-NG.
    JavaScript,
    /// JavaScript after its types were stripped.
    TypeScript,
    /// C11, compiled to WebAssembly by clang.
    C,
    /// C++20, likewise.
    Cpp,
    /// Rust, compiled by the user's own compiler.
    Rust,
}

impl Language {
    /// Every language, in the order in which they are shown.
    pub const ALL: [Language; 6] = [
        Language::Python,
        Language::JavaScript,
        Language::TypeScript,
        Language::C,
        Language::Cpp,
        Language::Rust,
    ];

    /// The name on the command line and in files.
    pub fn name(self) -> &'static str {
        match self {
            Language::Python => "python",
            Language::JavaScript => "javascript",
            Language::TypeScript => "typescript",
            Language::C => "c",
            Language::Cpp => "cpp",
            Language::Rust => "rust",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|language| language.name() == text)
            .ok_or_else(|| {
                let known: Vec<_> = Self::ALL.iter().map(|language| language.name()).collect();
                format!("unknown language `{text}`; known are {}", known.join(", "))
            })
    }
}

/// One candidate and what to do with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The language of the candidate and of test code.
    pub language: Language,
    /// The candidate's program.
    pub source: String,
    /// What to do with it.
    pub task: Task,
    /// What it may use.
    pub limits: Limits,
}

/// What to do with a candidate's program. Expected answers are in none of these: whoever wants to
/// know what an answer is worth compares it outside.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Task {
    /// Run it as a whole program, once for each input.
    Run {
        /// What each run finds on its standard input.
        stdin: Vec<Vec<u8>>,
    },
    /// Load it, then call one function with each of the argument lists.
    Call {
        /// The function's name.
        entry_point: String,
        /// What it takes, where that is known. Compiled languages need it.
        parameters: Option<Vec<Type>>,
        /// One list of positional arguments a case.
        arguments: Vec<Vec<Value>>,
    },
    /// Load it in one instance, and the problem's test code in another, where the candidate's
    /// functions are proxies.
    Test {
        /// The problem's own definitions, executed before the proxies are put in place.
        trusted: String,
        /// The names that stand for the candidate's functions.
        proxied: Vec<String>,
        /// Pieces of test code, one a case, executed in order beside each other.
        cases: Vec<String>,
    },
}

/// The type of a plain value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Type {
    /// An integer of 64 bits.
    Int,
    /// A double.
    Float,
    /// A truth value.
    Bool,
    /// Text.
    Str,
    /// A list.
    List(Box<Type>),
    /// A tuple.
    Tuple(Vec<Type>),
    /// A dictionary.
    Dict(Box<Type>, Box<Type>),
    /// A set.
    Set(Box<Type>),
    /// A value or nothing.
    Optional(Box<Type>),
}
