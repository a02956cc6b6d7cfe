//! The subcommands, one file each.

pub(crate) mod ablate;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod prompts;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod sample;
pub(crate) mod selftest;
pub(crate) mod setup;
pub(crate) mod train;
pub(crate) mod worker;

use std::io;
use std::path::Path;

use sandboxes::SetupError;

use crate::Status;

/// Why a command could not do what it was asked: one line, and the exit code that says whose fault
/// it is.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: Status,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self {
            status: Status::BadInput,
            message: message.into(),
        }
    }

    pub(crate) fn cannot_run(message: impl Into<String>) -> Self {
        Self {
            status: Status::CannotRun,
            message: message.into(),
        }
    }

    /// A file could not be written.
    pub(crate) fn write(path: &Path, error: &io::Error) -> Self {
        Self::cannot_run(format!(
            "cannot write `{}`: {error}; what was judged so far is kept, run the same command again",
            path.display()
        ))
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        Self::cannot_run(error.to_string())
    }
}

impl From<problems::Error> for Failure {
    fn from(error: problems::Error) -> Self {
        Self::bad_input(error.to_string())
    }
}

impl From<model::Error> for Failure {
    fn from(error: model::Error) -> Self {
        match error {
            // A fault of ours or of the device, not of anything that was handed in.
            model::Error::Tensor(_) => Self::cannot_run(error.to_string().replace('\n', " ")),
            _ => Self::bad_input(error.to_string().replace('\n', " ")),
        }
    }
}
