//! What a language is to the rest of this crate: a way to get its guest, and a way to judge with it.
//!
//! A language is one file or folder that implements [`Toolchain`] and one arm of [`of`]. Languages
//! may share a toolchain; then they share what a worker opens.

use std::ffi::OsString;
use std::os::fd::RawFd;
use std::path::Path;

use crate::setup::Step;
use crate::worker::Judged;
use crate::{Cache, Fault, Guest, Job, Language, SetupError, clang, javascript, python, rust};

/// How a language gets its guest and how a worker opens it.
pub(crate) trait Toolchain: Sync {
    /// Whether it is set up together with all others. A guest that takes minutes is built when
    /// somebody asks for it.
    fn is_set_up_unasked(&self) -> bool {
        true
    }

    /// The guest, taken from the cache or built. `progress` hears of each step when there is
    /// something to build.
    fn provision(&self, cache: &Cache, progress: &dyn Fn(Step)) -> Result<Guest, SetupError>;

    /// What prepares jobs for workers with this guest, where there is something to prepare. `command`
    /// starts a process of ours that may become a compiler.
    fn workshop(&self, _: &Path, _: &[OsString]) -> Option<Box<dyn Workshop>> {
        None
    }

    /// Opens what [`Guest::compiled`] names. It is called in a worker before that walls itself off:
    /// what is judged later can open nothing.
    fn open(&self, compiled: &Path) -> Result<Box<dyn Runner>, Fault>;
}

/// What makes of a job's texts what a worker needs, which can open no file and start no process. All
/// workers of a pool have one, and it goes with the pool.
pub(crate) trait Workshop: Send + Sync {
    /// What a job needs, or why it cannot be judged.
    fn prepare(&self, job: &Job) -> Result<Vec<u8>, Fault>;
}

/// An open guest.
pub(crate) trait Runner: Send {
    /// Judges one candidate, with what was [prepared](Workshop::prepare) for it.
    fn judge(&self, job: &Job, prepared: &[u8]) -> Judged;

    /// The descriptor by which it finds its guests' memories, if it reads one while it judges.
    fn mappings(&self) -> Option<RawFd> {
        None
    }

    /// Whether it makes machine code while it judges.
    fn makes_code(&self) -> bool {
        false
    }
}

/// The toolchain of a language.
pub(crate) fn of(language: Language) -> &'static dyn Toolchain {
    match language {
        Language::Python => &python::Toolchain,
        Language::JavaScript => &javascript::Toolchain(Language::JavaScript),
        Language::TypeScript => &javascript::Toolchain(Language::TypeScript),
        Language::C => &clang::Toolchain(Language::C),
        Language::Cpp => &clang::Toolchain(Language::Cpp),
        Language::Rust => &rust::Toolchain,
    }
}
