//! What trainings came to, for people: comparisons with intervals, as text and as a page.

mod statistics;
mod summary;

pub(crate) use summary::ablation_table;
