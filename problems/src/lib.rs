//! What is asked and what counts as right: problems, suites and the formats they come in.
//!
//! A [`Suite`] is loaded by [`load`] from a file, a folder or the binary itself (`builtin:core`); a
//! file of model output is loaded by [`Samples::load`] against a suite. Everything here is data:
//! this crate runs no program, compares no answers and knows no other crate of the workspace.

mod builtin;
mod error;
mod formats;
mod lines;
mod load;
mod markdown;
pub mod micro;
mod problem;
mod python;
mod samples;
mod signature;
mod suite;

pub use error::{Error, Fault, Place};
pub use load::load;
pub use problem::{
    Budget, CallCase, CodeCase, Comparison, Difficulty, Expected, Problem, ProblemId, SampleKind,
    Solution, StdioCase, Tests, Visibility,
};
pub use samples::{Sample, Samples};
pub use signature::{Parameter, Signature, Type, TypeError};
pub use suite::{Format, Suite};
