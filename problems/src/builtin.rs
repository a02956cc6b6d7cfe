//! Suites that travel inside of the binary: every folder of `suites/`, with a TOML file per problem.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::error::{Error, Fault, Place};
use crate::load::suite_of_files;
use crate::micro;
use crate::suite::Suite;

/// The suite that is generated instead of stored.
const MICRO: &str = "micro";

static SUITES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/suites");

/// Loads the suite of that name.
pub(crate) fn load(name: &str) -> Result<Suite, Error> {
    let path = PathBuf::from(format!("builtin:{name}"));
    if name.split(['/', '?']).next() == Some(MICRO) {
        return micro::load(name).map_err(|fault| Error::new(Place::file(path), fault));
    }
    let Some(folder) = SUITES
        .dirs()
        .find(|folder| folder.path() == Path::new(name))
    else {
        let folders = SUITES
            .dirs()
            .map(|folder| folder.path().display().to_string());
        let known: Vec<String> = folders
            .chain([MICRO.to_owned()])
            .map(|name| format!("`builtin:{name}`"))
            .collect();
        let fault = Fault::UnknownBuiltin {
            known: known.join(", "),
        };
        return Err(Error::new(Place::file(path), fault));
    };
    let mut files: Vec<_> = folder.files().collect();
    files.sort_by_key(|file| file.path());
    let contents = files.into_iter().map(|file| {
        let name = file.path().file_name().unwrap_or_default();
        Ok((path.join(name), file.contents().to_vec()))
    });
    suite_of_files(name, &path, contents)
}
