//! `rewardsmith worker`: what the pool starts; it judges what comes through its pipe.

use std::io;

use crate::Status;
use crate::commands::Failure;

pub(crate) fn run() -> Result<Status, Failure> {
    sandboxes::work(io::stdin(), io::stdout())
        .map(|()| Status::Done)
        .map_err(|error| Failure::cannot_run(format!("the worker's pipe broke: {error}")))
}
