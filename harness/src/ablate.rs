//! Grids of trainings: from one file to runs that share what they can, and a line of results each.
//!
//! `config` is the file a user writes and `overlay` how its keys change those of the stages; `plan`
//! turns the grid into runs, each a chain of stages of the trainer (supervised, reward model,
//! rewards), of which equal ones are trained once; `run` makes them and `results` keeps what came out.
//! Nothing here trains, samples or judges: a stage is a training like any other, in a folder like any
//! other.

mod config;
mod overlay;
mod plan;
mod results;
mod run;

pub(crate) use config::{Ablation, documented};
pub(crate) use plan::{Cell, Plan};
pub(crate) use results::{Ablated, Row, read as read_results};
pub(crate) use run::{Request, Shard, run};
