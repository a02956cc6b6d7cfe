//! From candidates to verdicts: what to ask of the sandbox for a problem, and what its record means.

mod budget;
mod compare;
mod convert;
mod declared;
mod depends;
pub(crate) mod languages;
mod plan;
mod reuse;
mod selftest;
mod session;
mod signature;
mod verdict;

pub use compare::equal;
pub(crate) use depends::{DependsOn, Toolchains};
pub(crate) use plan::Plan;
pub(crate) use reuse::{Counts, Reuse};
pub(crate) use selftest::Canaries;
pub(crate) use session::{JudgeOptions, Session, set_up};
pub(crate) use signature::{digest, signature};
pub use verdict::Verdict;
pub(crate) use verdict::{CaseOutcome, Outcome, meaning};
