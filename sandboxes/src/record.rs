//! Everything that was observed about one candidate. What it means is decided elsewhere.

use serde::{Deserialize, Serialize};

use crate::{Fuel, Value};

/// How one activity of a guest (loading, one case) ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// It came to its end: the program loaded, the function returned, the test code found no fault.
    Finished,
    /// The source does not compile.
    NotCompiled {
        /// The compiler's words.
        message: String,
        /// Where in the candidate's source; 0 when unknown.
        line: u32,
    },
    /// An exception left the candidate's code.
    Raised {
        /// The exception's type.
        kind: String,
        /// Its text, cut to a bounded length.
        message: String,
        /// The candidate's line it passed last; 0 when unknown.
        line: u32,
    },
    /// The test code failed on what the candidate answered: an assertion, or an error of its own.
    TestFailed {
        /// The exception's type.
        kind: String,
        /// Its text, cut to a bounded length.
        message: String,
    },
    /// The candidate ended the process.
    Exited {
        /// With this status; 1 for every failure told to WASI directly, which knows no other.
        status: i32,
    },
    /// The fuel was burnt.
    OutOfFuel,
    /// The memory limit was met.
    OutOfMemory,
    /// It printed, or answered, more than it may.
    OutputLimit,
    /// It answered with something that is not a plain value, or meddled with the host's calls.
    Violation {
        /// What it did.
        what: String,
    },
    /// WebAssembly trapped: the interpreter itself was brought down.
    Crashed {
        /// The trap.
        trap: String,
    },
    /// The test code cannot be judged in two instances (it passes functions or objects), or is
    /// itself broken. This says nothing of the candidate.
    Unjudgeable {
        /// Why not.
        what: String,
    },
}

impl Exit {
    /// Whether the instance can go on with another case after this.
    pub(crate) fn leaves_the_guest_alive(&self) -> bool {
        matches!(
            self,
            Self::Finished | Self::Raised { .. } | Self::TestFailed { .. }
        )
    }
}

/// One case: a call, an input, a piece of test code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// How it ended.
    pub exit: Exit,
    /// What the function answered, for a [`Task::Call`](crate::Task::Call) that finished.
    pub answer: Option<Value>,
    /// What was printed, for a [`Task::Run`](crate::Task::Run).
    pub stdout: Vec<u8>,
    /// The same for standard error.
    pub stderr: Vec<u8>,
    /// What the candidate burnt.
    pub fuel: Fuel,
}

/// Everything observed about one candidate: a pure function of the job and the guest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// How loading ended; for a [`Task::Run`](crate::Task::Run), which only runs, `Finished`.
    pub load: Exit,
    /// What loading burnt.
    pub load_fuel: Fuel,
    /// One entry a case, in order. Shorter than the job's list when a case left no guest to go on
    /// with: the rest was not reached.
    pub cases: Vec<CaseRecord>,
    /// The most linear memory that one of the candidate's instances had.
    pub memory_bytes: u64,
}

impl Record {
    /// One of which no more is known than how loading ended.
    pub(crate) fn starting_with(load: Exit) -> Self {
        Self {
            load,
            load_fuel: Fuel(0),
            cases: Vec::new(),
            memory_bytes: 0,
        }
    }

    /// What the candidate burnt in all.
    pub fn fuel(&self) -> Fuel {
        Fuel(self.load_fuel.0 + self.cases.iter().map(|case| case.fuel.0).sum::<u64>())
    }
}
