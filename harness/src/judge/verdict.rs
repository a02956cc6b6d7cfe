//! What a record means.

use sandboxes::{Exit, Fuel};
use serde::{Deserialize, Serialize};

/// The meaning of one candidate's record, or of one case of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It did what was asked.
    Passed,
    /// It answered, and the answer is wrong.
    WrongAnswer,
    /// An exception left it, it ended the process, or it brought its interpreter down.
    RuntimeError,
    /// It does not compile.
    CompileError,
    /// It burnt its fuel.
    OutOfFuel,
    /// It wanted more memory than it may have.
    OutOfMemory,
    /// It printed or answered more than it may.
    OutputLimit,
    /// It answered with something that is not a plain value, or meddled with the host's calls.
    ProtocolViolation,
    /// It could not be judged, through no fault of its own. Its reward is null.
    NotJudged,
}

impl Verdict {
    /// Every verdict, in the order of the tables.
    pub(crate) const ALL: [Verdict; 9] = [
        Verdict::Passed,
        Verdict::WrongAnswer,
        Verdict::RuntimeError,
        Verdict::CompileError,
        Verdict::OutOfFuel,
        Verdict::OutOfMemory,
        Verdict::OutputLimit,
        Verdict::ProtocolViolation,
        Verdict::NotJudged,
    ];

    /// The name in files and tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::WrongAnswer => "wrong_answer",
            Verdict::RuntimeError => "runtime_error",
            Verdict::CompileError => "compile_error",
            Verdict::OutOfFuel => "out_of_fuel",
            Verdict::OutOfMemory => "out_of_memory",
            Verdict::OutputLimit => "output_limit",
            Verdict::ProtocolViolation => "protocol_violation",
            Verdict::NotJudged => "not_judged",
        }
    }
}

/// One case, judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CaseOutcome {
    /// What it means.
    pub(crate) verdict: Verdict,
    /// What the candidate burnt; zero where the case was not reached.
    pub(crate) fuel: Fuel,
    /// Whether whoever wrote the candidate may have known the case.
    pub(crate) visible: bool,
}

/// One candidate, judged: everything that rewards, tables and files are made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// The verdict of the first case that did not pass, or `passed`.
    pub(crate) verdict: Verdict,
    /// Why, in one line; empty where it passed.
    pub(crate) detail: String,
    /// What it burnt in all.
    pub(crate) fuel: Fuel,
    /// The most memory it had.
    pub(crate) memory_bytes: u64,
    /// Its cases. One that was not reached has the verdict of the one that ended it all.
    pub(crate) cases: Vec<CaseOutcome>,
}

impl Outcome {
    /// A candidate that could not be judged.
    pub(crate) fn not_judged(cause: String) -> Self {
        Self {
            verdict: Verdict::NotJudged,
            detail: cause,
            fuel: Fuel(0),
            memory_bytes: 0,
            cases: Vec::new(),
        }
    }

    /// Whether it passed; `None` where that is not known.
    pub(crate) fn passed(&self) -> Option<bool> {
        (self.verdict != Verdict::NotJudged).then_some(self.verdict == Verdict::Passed)
    }

    /// Whether it passed all visible cases; `None` where that is not known.
    pub(crate) fn passed_visible(&self) -> Option<bool> {
        let mut visible = self.cases.iter().filter(|case| case.visible);
        self.passed()
            .map(|_| visible.all(|case| case.verdict == Verdict::Passed))
    }
}

/// The verdict and the reason that an exit stands for, before any answer is compared.
pub(crate) fn meaning(exit: &Exit) -> (Verdict, String) {
    let at = |line: &u32| {
        if *line > 0 {
            format!(" (line {line})")
        } else {
            String::new()
        }
    };
    match exit {
        Exit::Finished => (Verdict::Passed, String::new()),
        Exit::NotCompiled { message, line } => (
            Verdict::CompileError,
            format!("{}{}", one_line(message), at(line)),
        ),
        Exit::Raised {
            kind,
            message,
            line,
        } => (
            Verdict::RuntimeError,
            format!("{}{}", exception(kind, message), at(line)),
        ),
        Exit::TestFailed { kind, message } => (Verdict::WrongAnswer, exception(kind, message)),
        Exit::Exited { status } => (
            Verdict::RuntimeError,
            format!("the program ended itself with status {status}"),
        ),
        Exit::Crashed { trap } => (
            Verdict::RuntimeError,
            format!("crashed: {}", one_line(trap)),
        ),
        Exit::OutOfFuel => (Verdict::OutOfFuel, "out of fuel".to_owned()),
        Exit::OutOfMemory => (Verdict::OutOfMemory, "out of memory".to_owned()),
        Exit::OutputLimit => (Verdict::OutputLimit, "too much output".to_owned()),
        Exit::Violation { what } => (Verdict::ProtocolViolation, one_line(what)),
        Exit::Unjudgeable { what } => (Verdict::NotJudged, one_line(what)),
    }
}

fn exception(kind: &str, message: &str) -> String {
    let (kind, message) = (one_line(kind), one_line(message));
    if message.is_empty() {
        kind
    } else {
        format!("{kind}: {message}")
    }
}

/// A candidate's words on one line without control characters: they go to terminals and files.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
