//! From a path or a built-in's name to a suite.

use crate::error::{Error, Fault, Place};
use crate::suite::{Format, Suite};

/// Loads a suite from a file, a folder or, written `builtin:NAME`, from the binary itself. The format
/// is recognised by the keys of the first row unless it is given.
pub fn load(path_or_builtin: &str, format: Option<Format>) -> Result<Suite, Error> {
    let _ = format;
    Err(Error::new(Place::file(path_or_builtin), Fault::NotFound))
}
