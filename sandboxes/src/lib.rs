//! Runs untrusted source under limits and returns a record of what happened.
//!
//! A candidate's failure is a value (an [`Exit`] in its [`Record`]); an `Err` is a fault of our
//! own. This crate knows no data sets, no expected answers and no rewards.

mod cache;
mod clang;
mod compiled;
mod confine;
mod engine;
mod fault;
mod heads;
mod interpreted;
mod javascript;
mod job;
mod kept;
mod limits;
mod native;
mod pool;
mod preview1;
mod program;
mod python;
mod record;
mod resident;
mod rust;
mod setup;
mod toolchain;
mod wire;
mod worker;
mod world;

pub use cache::{CACHE_VARIABLE, Cache};
pub use confine::{Act, Layer, Wall, WallState, probe};
pub use fault::Fault;
pub use job::{Job, Language, Task, Type};
pub use limits::{Fuel, Limits};
pub use pool::{Go, Pool, PoolConfig, inspect};
pub use record::{CaseRecord, Exit, Record};
pub use setup::{Guest, SetupError, Step, is_set_up_unasked, provision};
pub use wire::{DEPTH_MAX, Malformed, Text, Value, decode, encode};
pub use worker::{Judged, Ready, work};
