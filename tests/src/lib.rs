//! The kit of the end-to-end tests: it runs the command as a user does and lays out small inputs.
//!
//! Tests speak to the command alone, through arguments, files and exit codes. They share the
//! user's cache of guests, so the first of them may have to build one; only those about the cache
//! itself bring a folder of their own.

pub mod attacks;
mod command;
mod folder;
mod inputs;

pub use command::{Command, Said};
pub use folder::{Folder, shared};
pub use inputs::{
    RIGHT, START, WRONG, evalplus_problem, forget_times, gzip, jsonl, problem, sample, toml_problem,
};

/// The command under test, with arguments.
#[macro_export]
macro_rules! rewardsmith {
    ($($argument:expr),* $(,)?) => {
        // Cargo names the binary to tests only, so its path is taken where the macro is used.
        $crate::Command::new(env!("CARGO_BIN_EXE_rewardsmith-under-test"))$(.arg($argument))*
    };
}

/// Whether Rust can be judged here: that takes a compiler of the user's that makes WebAssembly. Says so
/// where there is none.
#[macro_export]
macro_rules! rust_is_there {
    () => {
        $crate::Said::by($crate::rewardsmith!("setup", "rust").start())
            .is_set_up("rustup target add")
    };
}
