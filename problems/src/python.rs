//! The little Python that this crate must read and write.

mod scan;
mod write;

pub(crate) use scan::{defines, function_defined_by, mentions, preamble};
pub(crate) use write::{docstring, prompt};
