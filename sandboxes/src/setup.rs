//! Provisioning: fetching and building what the guests need, on first use.
//!
//! An entry of the cache is named by everything it is made from, so a new version of the builder,
//! of wasmtime or of our own guest app makes a new entry and never meets an old one.

use std::fs;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest, Sha256};
use wasmtime::Engine;

use crate::engine::engine;
use crate::{Cache, Language};

/// A guest that is ready to be used.
#[derive(Clone, Debug)]
pub struct Guest {
    /// What it runs.
    pub language: Language,
    /// A digest of everything that the guest is built from. With it, a record can be reproduced.
    pub digest: String,
    /// Its code, compiled for this machine.
    pub compiled: PathBuf,
}

/// Where provisioning stands.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// This step's number, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
    /// What is being done.
    pub what: &'static str,
}

/// Why a guest could not be provisioned; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The environment names no folder.
    #[error("no cache folder: set REWARDSMITH_CACHE or HOME to a folder that can be written")]
    NoCacheFolder,
    /// The cache folder cannot be used.
    #[error("cannot use the cache folder `{path}`: {source}; set REWARDSMITH_CACHE to another")]
    Cache {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is not in the cache, and it was not to be built now.
    #[error("it is not built yet: run `rewardsmith setup`")]
    NotBuilt,
    /// There is no Python on the host.
    #[error(
        "the Python guest is built with `python3` (3.10 or newer, with pip), and there is none: \
         install it (on Debian `apt-get install python3 python3-pip`) and run this again"
    )]
    NoPython,
    /// pip is not there.
    #[error(
        "`python3` has no pip, which fetches the guest's builder: install it (on Debian \
         `apt-get install python3-pip`) and run this again"
    )]
    NoPip,
    /// pip could not fetch the builder.
    #[error(
        "cannot fetch `{package}` with pip: {reason}; check the network and run this again (it is \
         needed once)"
    )]
    Fetch {
        /// The package.
        package: String,
        /// pip's last word.
        reason: String,
    },
    /// The builder failed.
    #[error("building the guest failed at {step}: {reason}")]
    Build {
        /// Where.
        step: &'static str,
        /// Why.
        reason: String,
    },
}

/// The guest of a language, taken from the cache or built. `progress` hears of each step when there
/// is something to build.
pub fn provision(
    language: Language,
    cache: &Cache,
    progress: &dyn Fn(Step),
) -> Result<Guest, SetupError> {
    match language {
        Language::Python => python(cache, progress),
    }
}

/// The builder: it links CPython, compiled for WASI, with our app and snapshots the interpreter.
const COMPONENTIZE_PY: &str = "componentize-py==0.25.1";

const APP: &str = include_str!("python/app.py");
const PRELOAD: &str = include_str!("python/preload.py");
const WORLD: &str = include_str!("python/world.wit");
const ENTROPY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/entropy.so"));

fn python(cache: &Cache, progress: &dyn Fn(Step)) -> Result<Guest, SetupError> {
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
            .map(|source| source.as_bytes())
            .chain([ENTROPY]),
    );

    let component = |folder: &Path| -> Result<(), SetupError> {
        step(1, "fetching the builder of the Python guest");
        let builder = folder.join("builder");
        fetch(&builder)?;
        step(2, "building the Python guest");
        build(&builder, folder)?;
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
        compiled: compiled.join(CODE_FILE),
    })
}

const COMPONENT_FILE: &str = "guest.wasm";
const CODE_FILE: &str = "guest.cwasm";

/// A short digest of several texts, each with its length so that none flows into the next.
fn digest_of<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut digest = format!("{:x}", hasher.finalize());
    digest.truncate(16);
    digest
}

/// Everything that compiled code depends on besides its source: wasmtime, its settings, the
/// processor's features.
fn compatibility(engine: &Engine) -> u64 {
    // A fixed hasher: the standard library's default one keeps its keys from run to run.
    #[allow(
        deprecated,
        reason = "its stability across Rust versions is not needed: a change of \
                                  compiler costs one compilation of the guest"
    )]
    let mut hasher = std::hash::SipHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

fn build_error(step: &'static str, error: &dyn std::fmt::Display) -> SetupError {
    SetupError::Build {
        step,
        reason: format!("{error:#}"),
    }
}

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
