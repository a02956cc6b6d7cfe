//! Compiles the shim that makes the guests' builder reproducible; see `src/shim/entropy.rs`.

use std::env;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=src/shim/entropy.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let rustc = env::var_os("RUSTC").expect("cargo sets RUSTC");
    let status = Command::new(rustc)
        .args([
            "--crate-type",
            "cdylib",
            "--edition",
            "2024",
            "-C",
            "panic=abort",
            "-O",
        ])
        .args(["-C", "link-arg=-nostdlib", "src/shim/entropy.rs", "-o"])
        .arg(out.join("entropy.so"))
        .status()
        .expect("rustc runs: it is compiling this very crate");
    assert!(
        status.success(),
        "the entropy shim compiles wherever this crate does"
    );
}
