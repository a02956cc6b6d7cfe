//! Provisioning: fetching and building what the guests need, on first use.
//!
//! An entry of the cache is named by everything it is made from, so a new version of the builder,
//! of wasmtime or of our own guest app makes a new entry and never meets an old one. What is common
//! to the languages is here; each builds its own guest in its own folder.

pub(crate) mod npm;

use std::hash::{Hash, Hasher};
use std::io;
use std::path::PathBuf;

use wasmtime::Engine;

use crate::kept::name_of;
use crate::{Cache, Language, toolchain};

/// A guest that is ready to be used.
#[derive(Clone, Debug)]
pub struct Guest {
    /// What it runs.
    pub language: Language,
    /// A digest of everything that the guest is built from. With it, a record can be reproduced.
    pub digest: String,
    /// What it is, for people: the names and versions of its parts.
    pub version: String,
    /// Its code, compiled for this machine: a file, or a folder where there is more to it.
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
    #[error("it is not built yet: run `rewardsmith setup LANGUAGE`")]
    NotBuilt,
    /// No Rust compiler on the host can make WebAssembly.
    #[error(
        "Rust is compiled by your own compiler, and {found}: run `rustup target add wasm32-wasip1` \
         (on Debian `apt-get install rustc libstd-rust-dev-wasm32 lld`) and try again"
    )]
    NoRust {
        /// What there is instead.
        found: String,
    },
    /// There is no npm on the host.
    #[error(
        "the guest is made from an npm package, and there is no `npm`: install it (on Debian \
         `apt-get install npm`) and run this again"
    )]
    NoNpm,
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
    /// A package manager could not fetch a package.
    #[error(
        "cannot fetch `{package}` with {tool}: {reason}; check the network and run this again (it \
         is needed once)"
    )]
    Fetch {
        /// The package manager.
        tool: &'static str,
        /// The package.
        package: String,
        /// Its last word.
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
    toolchain::of(language).provision(cache, progress)
}

/// A short digest of several texts, each with its length so that none flows into the next.
pub(crate) fn digest_of<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    let mut digest = name_of(parts);
    digest.truncate(16);
    digest
}

/// Everything that compiled code depends on besides its source: wasmtime, its settings, the
/// processor's features.
pub(crate) fn compatibility(engine: &Engine) -> u64 {
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

pub(crate) fn build_error(step: &'static str, error: &dyn std::fmt::Display) -> SetupError {
    SetupError::Build {
        step,
        reason: format!("{error:#}"),
    }
}

/// Whether a language is set up where none is named.
pub fn is_set_up_unasked(language: Language) -> bool {
    toolchain::of(language).is_set_up_unasked()
}
