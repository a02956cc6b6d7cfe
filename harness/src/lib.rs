//! Joins problems, sandboxes and model into the `rewardsmith` command.
//!
//! `judge` turns candidates into verdicts, `results` turns verdicts into numbers and files,
//! `sampling` lets a model write candidates, `train` makes models, `ablate` compares trainings over a
//! grid, `observed` reads their folders, `report` shows
//! what they came to, and `commands` holds one file a subcommand. One place prints (`console`), one parses flags (`cli`).

mod ablate;
mod cli;
mod commands;
mod console;
mod judge;
mod observed;
mod report;
mod results;
mod reward;
mod sampling;
mod status;
mod train;

pub use cli::main;
pub use judge::{Verdict, equal};
pub use results::{PassAtK, bootstrap_interval, pass_at_k};
pub use reward::RewardSpec;
pub use status::Status;
