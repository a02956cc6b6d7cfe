//! The user's Rust compiler: where it is, what it needs, and how it is started.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::SetupError;

/// The targets that programs can be compiled for, under the names that compilers have for them.
const TARGETS: [&str; 2] = ["wasm32-wasip1", "wasm32-wasi"];

/// A compiler that has a standard library for WebAssembly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Compiler {
    /// The program itself, not one that stands for it.
    pub(super) program: PathBuf,
    sysroot: PathBuf,
    target: String,
    /// The linker, where the compiler brings none.
    linker: Option<PathBuf>,
    /// What it says of its version, in full.
    pub(super) version: String,
    /// The files that it and its linker execute: themselves, their libraries, the loader of these.
    pub(super) executed: BTreeSet<PathBuf>,
}

impl Compiler {
    /// The first one on this machine that can make WebAssembly.
    pub(super) fn find() -> Result<Self, SetupError> {
        let mut seen = Vec::new();
        // One that is on the path may be older than, or hide, the one of the system.
        for name in ["rustc", "/usr/bin/rustc"] {
            let Some(sysroot) = said(Command::new(name).args(["--print", "sysroot"])) else {
                continue;
            };
            let sysroot = PathBuf::from(sysroot.trim());
            match Self::of_sysroot(&sysroot) {
                Ok(found) => return Ok(found),
                Err(why) => seen.push(why),
            }
        }
        let found = match seen.into_iter().next() {
            None => "there is no `rustc`".to_owned(),
            Some(why) => why,
        };
        Err(SetupError::NoRust { found })
    }

    fn of_sysroot(sysroot: &Path) -> Result<Self, String> {
        let program = sysroot.join("bin").join("rustc");
        let version = said(Command::new(&program).args(["--version", "--verbose"]))
            .ok_or_else(|| format!("`{}` does not run", program.display()))?;
        let libraries = sysroot.join("lib").join("rustlib");
        let has_library = |target: &&str| libraries.join(target).join("lib").is_dir();
        let target = TARGETS.into_iter().find(has_library).ok_or_else(|| {
            let version = version.lines().next().unwrap_or_default();
            format!("{version} has no standard library for WebAssembly")
        })?;
        let own = host_of(&version).map(|host| libraries.join(host).join("bin").join("rust-lld"));
        let own = own.filter(|own| own.is_file());
        let linker = match own {
            Some(_) => None,
            None => Some(wasm_linker().ok_or("it has no linker for WebAssembly")?),
        };
        let lld = own.as_ref().or(linker.as_ref());
        let mut executed = BTreeSet::new();
        for program in lld.into_iter().chain([&program]) {
            executed.extend(canonical(program));
            executed.extend(libraries_of(program));
        }
        Ok(Self {
            program,
            sysroot: sysroot.to_owned(),
            target: target.to_owned(),
            linker,
            version,
            executed,
        })
    }

    /// The folders that it reads.
    pub(super) fn readable(&self) -> Vec<PathBuf> {
        vec![self.sysroot.join("lib").join("rustlib")]
    }

    /// The arguments by which it compiles `source` into `output`.
    pub(super) fn arguments(
        &self,
        kind: &str,
        name: &str,
        source: &str,
        output: &str,
    ) -> Vec<String> {
        let mut arguments: Vec<String> = [
            "--edition=2021",
            "--error-format=short",
            "--color=never",
            // What a candidate forbids or denies is about its own text, not about what we add to it.
            "--cap-lints=allow",
            "-Copt-level=1",
            "-Cpanic=abort",
            "-Cdebuginfo=0",
            "-Ccodegen-units=1",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--target={}", self.target));
        arguments.push(format!("--crate-type={kind}"));
        arguments.push(format!("--crate-name={name}"));
        if kind != "rlib" {
            arguments.push("-Cstrip=symbols".to_owned());
        }
        if let Some(linker) = &self.linker {
            arguments.push(format!("-Clinker={}", linker.display()));
            arguments.push("-Clinker-flavor=wasm-ld".to_owned());
        }
        if self.version.contains("nightly") || self.version.contains("-dev") {
            // As with the compilers that are not for trying things out.
            arguments.push("-Zallow-features=".to_owned());
        }
        arguments.extend(["-o".to_owned(), output.to_owned(), source.to_owned()]);
        arguments
    }
}

/// What a command prints, if it ends well.
fn said(command: &mut Command) -> Option<String> {
    let output = command
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}

fn host_of(version: &str) -> Option<&str> {
    version.lines().find_map(|line| line.strip_prefix("host: "))
}

/// A linker of the system that makes WebAssembly: `wasm-ld`, or the newest `wasm-ld-N`.
fn wasm_linker() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([PathBuf::from("/usr/bin")]);
    let files = folders.filter_map(|folder| fs::read_dir(folder).ok());
    let named = files.flatten().filter_map(|entry| {
        let path = entry.ok()?.path();
        let rest = path.file_name()?.to_str()?.strip_prefix("wasm-ld")?;
        let version = match rest.strip_prefix('-') {
            None if rest.is_empty() => u32::MAX,
            None => return None,
            Some(number) => number.parse().ok()?,
        };
        Some((version, path))
    });
    named.max().map(|(_, path)| path)
}

fn canonical(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// The shared libraries of a program, by the loader's own account, and the loader. One that is linked
/// statically has none.
fn libraries_of(program: &Path) -> Vec<PathBuf> {
    let traced = said(Command::new(program).env("LD_TRACE_LOADED_OBJECTS", "1"));
    let traced = traced.unwrap_or_default();
    let of_line = |line: &str| {
        let place = line.split(" => ").last()?.split(" (").next()?.trim();
        place
            .starts_with('/')
            .then(|| canonical(Path::new(place)))?
    };
    traced.lines().filter_map(of_line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_libraries_of_a_program_are_those_that_the_loader_names() {
        let found = libraries_of(&env::current_exe().unwrap());
        let is_there = |part: &str| found.iter().any(|it| it.to_string_lossy().contains(part));
        assert!(is_there("libc") && is_there("ld-"), "{found:?}");
    }
}
