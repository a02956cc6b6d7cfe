//! What a candidate may use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An amount of executed WebAssembly: about one unit an instruction, the same on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fuel(pub u64);

/// The bounds of one candidate.
///
/// They bound what runs inside the guest. They do not bound the host's own work for it (parsing
/// its answers, which is linear in their size, and their size is bounded), nor the time of a single
/// WebAssembly instruction (`memory.copy` of a whole memory costs one unit), which is why the wall
/// clock stands behind them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// For loading the program, and again for each case; for a case of test code this is what the
    /// candidate may burn in all calls of that case, and the tests themselves have as much again.
    pub fuel: Fuel,
    /// The linear memory of one instance, the interpreter's own included (about 50 MiB for Python).
    /// The judge's instance has as much again.
    pub memory_bytes: u64,
    /// What the candidate may print in all, and, separately, the size of one answer.
    pub output_bytes: u64,
    /// A backstop against faults of our own, for the whole candidate. A candidate that it stops is
    /// not judged: seconds never decide a verdict.
    pub wall: Duration,
}

impl Limits {
    /// No instance can have more linear memory than this: it is what 32-bit WebAssembly addresses.
    pub const MEMORY_BYTES_MAX: u64 = 1 << 32;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // The costliest HumanEval reference burns 3.8 billion.
            fuel: Fuel(10_000_000_000),
            memory_bytes: 512 << 20,
            output_bytes: 4 << 20,
            // Fifty times what the fuel takes, so that a loaded machine never meets it.
            wall: Duration::from_mins(5),
        }
    }
}
