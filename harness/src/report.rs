//! What trainings came to, for people: comparisons with intervals, as text and as a page.
//!
//! `statistics` has the intervals, `summary` the table and `map` the differences of an ablation;
//! `conditions` puts runs side by side and `figures` draws them by `chart`; `page` is the markup that
//! they stand in, `samples` what is to be read there. `ablation` and `run` are the two reports.

mod ablation;
mod chart;
mod conditions;
mod figures;
mod map;
mod page;
mod run;
mod samples;
mod statistics;
mod summary;

pub(crate) use ablation::{html, text};
pub(crate) use run::Training;
pub(crate) use summary::ablation_table;
