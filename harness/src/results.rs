//! From verdicts to numbers and files.

mod evalplus;
mod files;
mod journal;
mod stats;
mod summary;

pub(crate) use evalplus::evalplus_results;
pub(crate) use files::{Asked, Outputs, RecordLine, Recorded, record, write_atomically};
pub(crate) use journal::Journal;
pub use stats::{PassAtK, bootstrap_interval, pass_at_k};
pub(crate) use stats::{mean, tallies};
pub(crate) use summary::{Found, Summary, table};
