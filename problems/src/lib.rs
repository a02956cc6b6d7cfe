//! What is asked and what counts as right: problems, suites and the formats they come in.
//!
//! A [`Suite`] is loaded by [`load`] from a file, a folder or the binary itself (`builtin:core`); a
//! file of model output is loaded by [`Samples::load`] against a suite. Everything here is data:
//! this crate runs no program, compares no answers and knows no other crate of the workspace.
//!
//! # Our own format
//! A folder with a TOML file per problem, named after it:
//! ```toml
//! name = "twice"
//! signature = "twice(words: list<string>, gap: optional<int>) -> list<string>"
//! difficulty = "easy"                          # or "medium", "hard"
//! tags = ["lists"]                             # may be left out
//! statement = "Return every word twice."
//! tolerance = { abs = 1e-9, rel = 1e-9 }       # for floats; exact if left out
//! budget = { fuel = 1000000, memory_bytes = 67108864 }  # each may be left out
//! visible = [{ args = '[["a"], null]', expected = '["a", "a"]' }]
//! hidden = [{ args = '[[], 3]', expected = '[]', weight = 2.0 }]  # weight 1 if left out
//!
//! [[references]]                               # at least one
//! name = "plain"
//! language = "python"                          # if left out
//! source = "def twice(words, gap): return [w for w in words for _ in range(2)]"
//!
//! [[known_wrong]]
//! name = "whole_list"
//! passes_visible = true                        # whether it passes every visible case
//! note = "repeats the list and not its words"
//! source = "def twice(words, gap): return words * 2"
//! ```
//! `args` (the arguments, in an array) and `expected` are JSON as text. In the other spelling, a JSON
//! object with the same keys a line (`.jsonl`, `.jsonl.gz`), they are JSON as it stands. Types are those
//! of [`Type`]; every value is checked against them, and an unknown key is an error.

mod builtin;
mod code;
mod error;
mod formats;
mod language;
mod lines;
mod load;
mod markdown;
pub mod micro;
mod problem;
mod prompts;
mod python;
mod samples;
mod signature;
mod suite;

pub use error::{Error, Fault, Place};
pub use language::canonical as canonical_language;
pub use load::{load, load_bytes};
pub use problem::{
    Budget, CallCase, CodeCase, Comparison, Difficulty, Expected, Frame, Problem, ProblemId,
    SampleKind, Solution, StdioCase, Tests, Visibility,
};
pub use samples::{Sample, Samples};
pub use signature::{Parameter, Signature, Type, TypeError};
pub use suite::{Format, Suite};
