//! `rewardsmith worker`: what the pool starts; it judges what comes through its pipe.

use std::io;

use sandboxes::{Act, Layer};

use crate::Status;
use crate::commands::Failure;

pub(crate) fn run() -> Result<Status, Failure> {
    sandboxes::work()
        .map(|()| Status::Done)
        .map_err(|error| broken(&error))
}

/// Tries the wall around workers instead of judging.
pub(crate) fn probe(act: Act, only: Option<Layer>) -> Result<Status, Failure> {
    sandboxes::probe(act, only)
        .map(|()| Status::Done)
        .map_err(|error| broken(&error))
}

fn broken(error: &io::Error) -> Failure {
    Failure::cannot_run(format!("the worker's pipe broke: {error}"))
}
