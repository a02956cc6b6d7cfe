//! Getting the guest: the user's compiler is found, and our own part of every program compiled by it.

use std::fs;
use std::path::Path;

use super::compiler::Compiler;
use crate::setup::{Step, build_error, digest_of};
use crate::{Cache, Guest, Language, SetupError};

/// Changes with how texts are put together and compiled.
const RECIPE: &str = "1";

const SUPPORT: &str = include_str!("support.rs");

pub(super) const LIBRARY_FILE: &str = "librewardsmith.rlib";
pub(super) const COMPILER_FILE: &str = "compiler";

pub(super) fn provision(cache: &Cache, progress: &dyn Fn(Step)) -> Result<Guest, SetupError> {
    let compiler = Compiler::find()?;
    let flags = compiler.arguments("", "", "", "").join(" ");
    let parts = [RECIPE, SUPPORT, &compiler.version, &flags];
    let digest = digest_of(parts.iter().map(|part| part.as_bytes()));
    // The same version may lie elsewhere, and what lies there is what is started.
    let place = format!("{compiler:?}");
    let place = digest_of([digest.as_bytes(), place.as_bytes()].into_iter());
    let folder = cache.entry(&format!("rust-{place}"), |folder| {
        progress(Step {
            number: 1,
            of: 1,
            what: "compiling what every program in Rust is linked to",
        });
        build(&compiler, folder)
    })?;
    let version = compiler.version.lines().next().unwrap_or_default();
    Ok(Guest {
        language: Language::Rust,
        digest,
        version: version.to_owned(),
        compiled: folder,
    })
}

fn build(compiler: &Compiler, folder: &Path) -> Result<(), SetupError> {
    const SOURCE: &str = "support.rs";
    let failed =
        |error: &dyn std::fmt::Display| build_error("compiling our part of programs", error);
    fs::write(folder.join(SOURCE), SUPPORT).map_err(|error| failed(&error))?;
    let arguments = compiler.arguments("rlib", "rewardsmith", SOURCE, LIBRARY_FILE);
    // Our own text, so no wall is needed.
    let output = std::process::Command::new(&compiler.program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|error| failed(&error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(failed(&said.lines().next().unwrap_or("rustc failed")));
    }
    let bytes = postcard::to_stdvec(compiler).expect("it has a binary form");
    fs::write(folder.join(COMPILER_FILE), bytes).map_err(|error| failed(&error))
}
