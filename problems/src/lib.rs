//! What is asked and what counts as right: problems, suites and the formats they come in.

pub mod micro;
