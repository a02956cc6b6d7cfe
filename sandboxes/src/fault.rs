//! A failure of our own. It never says anything about a candidate.

use serde::{Deserialize, Serialize};

/// Why a candidate could not be judged. Its reward is null.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{0}")]
pub struct Fault(String);

impl Fault {
    /// A fault described in one line.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}
