//! Rust: the user's own compiler makes WebAssembly, and what it makes runs in the sandbox.
//!
//! The compiler is a native program, so it is not the worker that starts it: whoever feeds the
//! workers does, and each compilation is a confined process of its own. What it made is kept by its
//! text. Tests that are code are a program of their own, in which the body of the tested function
//! asks the host. So nothing that a candidate's text does to its own compilation reaches the tests.

mod building;
mod compiler;
mod confined;
mod panicked;
mod sources;
mod workshop;

use std::ffi::OsString;
use std::path::Path;

pub(crate) use self::confined::Order;
use crate::compiled::Programs;
use crate::setup::Step;
use crate::toolchain::{self, Runner, Workshop};
use crate::{Cache, Fault, Guest, SetupError};

/// How Rust gets its guest.
pub(crate) struct Toolchain;

impl toolchain::Toolchain for Toolchain {
    /// Only where the user's compiler can make WebAssembly: nobody who judges another language is to
    /// be kept from it.
    fn is_set_up_unasked(&self) -> bool {
        compiler::Compiler::find().is_ok()
    }

    fn provision(&self, cache: &Cache, progress: &dyn Fn(Step)) -> Result<Guest, SetupError> {
        building::provision(cache, progress)
    }

    fn workshop(&self, compiled: &Path, command: &[OsString]) -> Option<Box<dyn Workshop>> {
        Some(Box::new(workshop::Workshop::of(compiled, command)))
    }

    fn open(&self, _: &Path) -> Result<Box<dyn Runner>, Fault> {
        Ok(Box::new(Programs::open(panicked::exit, |value| value)?))
    }
}
