//! Building the Python guest: CPython, linked with our app and snapshotted after its start.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::rewriting;
use crate::engine::engine;
use crate::setup::{Step, build_error, compatibility, digest_of};
use crate::{Cache, Guest, Language, SetupError};

/// The builder: it links CPython, compiled for WASI, with our app and snapshots the interpreter.
const COMPONENTIZE_PY: &str = "componentize-py==0.25.1";

const APP: &str = include_str!("app.py");
const PRELOAD: &str = include_str!("preload.py");
const WORLD: &str = include_str!("world.wit");
const ENTROPY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/entropy.so"));

/// Takes the guest from the cache or builds it.
pub(super) fn provision(cache: &Cache, progress: &dyn Fn(Step)) -> Result<Guest, SetupError> {
    let step = |number, what| {
        progress(Step {
            number,
            of: 3,
            what,
        });
    };
    let sources = [
        COMPONENTIZE_PY,
        APP,
        PRELOAD,
        WORLD,
        env!("CARGO_PKG_VERSION"),
    ];
    let digest = digest_of(
        sources
            .iter()
            .chain(&REWRITING)
            .map(|source| source.as_bytes())
            .chain([ENTROPY]),
    );

    let component = |folder: &Path| -> Result<(), SetupError> {
        step(1, "fetching the builder of the Python guest");
        let builder = folder.join("builder");
        fetch(&builder)?;
        step(2, "building the Python guest");
        build(&builder, folder)?;
        rewrite(&folder.join(COMPONENT_FILE))?;
        fs::remove_dir_all(&builder).map_err(|error| build_error("clean-up", &error))
    };
    let entry = cache.entry(&format!("python-{digest}"), component)?;

    let engine = engine().map_err(|error| build_error("starting wasmtime", &error))?;
    let code = format!("python-{digest}-{:016x}", compatibility(&engine));
    let compiled = cache.entry(&code, |folder| {
        step(3, "compiling the Python guest to machine code");
        let wasm = fs::read(entry.join(COMPONENT_FILE))
            .map_err(|error| build_error("reading the component", &error))?;
        let code = engine
            .precompile_component(&wasm)
            .map_err(|error| build_error("compiling to machine code", &error))?;
        fs::write(folder.join(CODE_FILE), code).map_err(|error| build_error("writing", &error))
    })?;
    Ok(Guest {
        language: Language::Python,
        digest,
        version: format!("CPython 3.14 by {COMPONENTIZE_PY}"),
        compiled: compiled.join(CODE_FILE),
    })
}

/// What is done to the component besides. As with the app, a comment counts.
const REWRITING: [&str; 10] = [
    include_str!("addresses.rs"),
    include_str!("rewriting.rs"),
    include_str!("inner_loop.rs"),
    include_str!("inner_loop/calls.rs"),
    include_str!("inner_loop/code.rs"),
    include_str!("inner_loop/layout.rs"),
    include_str!("inner_loop/numbers.rs"),
    include_str!("inner_loop/parts.rs"),
    include_str!("inner_loop/sequences.rs"),
    include_str!("inner_loop/steps.rs"),
];

const COMPONENT_FILE: &str = "guest.wasm";
const CODE_FILE: &str = "guest.cwasm";

fn fetch(builder: &Path) -> Result<(), SetupError> {
    let output = Command::new("python3")
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
        ])
        .args(["--no-deps", "--target"])
        .arg(builder)
        .arg(COMPONENTIZE_PY)
        .output()
        .map_err(|_| SetupError::NoPython)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("No module named pip") {
        return Err(SetupError::NoPip);
    }
    let reason = said
        .lines()
        .rfind(|line| line.starts_with("ERROR"))
        .unwrap_or("pip failed");
    Err(SetupError::Fetch {
        tool: "pip",
        package: COMPONENTIZE_PY.to_owned(),
        reason: reason.to_owned(),
    })
}

fn build(builder: &Path, folder: &Path) -> Result<(), SetupError> {
    // The builder unpacks the standard library into a temporary folder, and the interpreter lists
    // it. Where memory-backed storage is at hand that order is the same on every machine.
    let scratch = tempfile_in_memory().unwrap_or_else(|| folder.join("scratch"));
    let app = scratch.join("app");
    let prepared = fs::create_dir_all(&app)
        .and_then(|()| fs::write(app.join("app.py"), APP))
        .and_then(|()| fs::write(app.join("preload.py"), PRELOAD))
        .and_then(|()| fs::write(scratch.join("world.wit"), WORLD))
        .and_then(|()| fs::write(scratch.join("entropy.so"), ENTROPY));
    prepared.map_err(|error| build_error("writing its sources", &error))?;
    let output = Command::new("python3")
        .arg(builder.join("bin").join("componentize-py"))
        .arg("-d")
        .arg(scratch.join("world.wit"))
        .args(["-w", "python", "componentize", "app", "-p"])
        .arg(&app)
        .arg("-o")
        .arg(folder.join(COMPONENT_FILE))
        .env("PYTHONPATH", builder)
        .env("LD_PRELOAD", scratch.join("entropy.so"))
        .env("TMPDIR", &scratch)
        .current_dir(&scratch)
        .output();
    // A left-over in memory-backed storage is a few megabytes until the next boot.
    let _ = fs::remove_dir_all(&scratch);
    let output = output.map_err(|_| SetupError::NoPython)?;
    if output.status.success() {
        Ok(())
    } else {
        Err(build_error("its builder", &last_line(&output)))
    }
}

fn rewrite(component: &Path) -> Result<(), SetupError> {
    let built =
        fs::read(component).map_err(|error| build_error("reading the component", &error))?;
    let fixed = rewriting::fix(&built).map_err(|error| build_error("rewriting it", &error))?;
    fs::write(component, fixed).map_err(|error| build_error("writing", &error))
}

fn tempfile_in_memory() -> Option<PathBuf> {
    let path = Path::new("/dev/shm").join(format!("rewardsmith-{}", std::process::id()));
    fs::create_dir(&path).ok().map(|()| path)
}

fn last_line(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    said.lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("it said nothing")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guest_depends_on_each_file_of_its_inner_loop() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/python/inner_loop");
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            assert!(REWRITING.contains(&text.as_str()), "{}", path.display());
        }
    }
}
