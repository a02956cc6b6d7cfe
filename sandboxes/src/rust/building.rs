//! Getting the guest: the user's compiler is found, and our own part of every program compiled by it.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::compiler::Compiler;
use super::confined::{CPU_SECONDS, Ended, Folder, Order, compile};
use super::sources::Kind;
use crate::kept::{Kept, Made, name_of};
use crate::setup::{Step, build_error, digest_of};
use crate::{Cache, Exit, Fault, Guest, Language, SetupError};

/// Changes with how texts are put together and compiled.
const RECIPE: &str = "1";

const SUPPORT: &str = include_str!("support.rs");

const LIBRARY_FILE: &str = "librewardsmith.rlib";
const COMPILER_FILE: &str = "compiler";

/// The longest message of the compiler that is kept.
const MESSAGE_CHARS: usize = 500;

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

/// A guest that is open for compiling.
pub(super) struct Workshop {
    compiler: Compiler,
    library: PathBuf,
    kept: Arc<Kept>,
}

/// The guest in this folder, opened once.
pub(super) fn open(guest: &Path, command: &[OsString]) -> Result<Open, Fault> {
    static OPEN: Mutex<Option<HashMap<PathBuf, Arc<Workshop>>>> = Mutex::new(None);
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let open = open.get_or_insert_default();
    let known = open.get(guest).cloned();
    let workshop = known.map_or_else(|| Workshop::of(guest).map(Arc::new), Ok)?;
    open.insert(guest.to_owned(), workshop.clone());
    Ok(Open {
        workshop,
        command: command.to_vec(),
    })
}

/// A workshop and the command whose processes compile.
pub(super) struct Open {
    workshop: Arc<Workshop>,
    command: Vec<OsString>,
}

impl Open {
    /// The module that a text is compiled into, unless it was before.
    pub(super) fn compile(&self, kind: Kind, text: &str, wall: Duration) -> Result<Made, Fault> {
        let Workshop {
            compiler,
            library,
            kept,
        } = &*self.workshop;
        let parts = [kind.crate_type().as_bytes(), text.as_bytes()];
        let name = name_of(parts);
        if let Some(made) = kept.read(&name) {
            return Ok(made);
        }
        let fault = |error: std::io::Error| Fault::new(format!("cannot compile Rust: {error}"));
        let folder = Folder::new().map_err(fault)?;
        fs::write(folder.path().join("main.rs"), text).map_err(fault)?;
        let mut arguments = compiler.arguments(kind.crate_type(), "main", "main.rs", "main.wasm");
        arguments.push(format!("--extern=rewardsmith={}", library.display()));
        let mut readable = compiler.readable();
        readable.push(library.clone());
        let order = Order {
            folder: folder.path().to_owned(),
            program: compiler.program.clone(),
            arguments,
            readable,
            executed: compiler.executed.iter().cloned().collect(),
        };
        let ended = compile(&self.command, order, wall).map_err(fault)?;
        let made = if ended.status.success() {
            Ok(fs::read(folder.path().join("main.wasm")).map_err(fault)?)
        } else {
            Err(refused(&ended)?)
        };
        // What a limit stopped may come through on another day.
        if ended.signal().is_none() {
            kept.keep(&name, &made);
        }
        Ok(made)
    }
}

impl Workshop {
    fn of(guest: &Path) -> Result<Self, Fault> {
        let fault = |what: String| {
            Fault::new(format!(
                "cannot open the guest `{}`: {what}",
                guest.display()
            ))
        };
        let bytes =
            fs::read(guest.join(COMPILER_FILE)).map_err(|error| fault(error.to_string()))?;
        Ok(Self {
            compiler: postcard::from_bytes(&bytes).map_err(|error| fault(error.to_string()))?,
            library: guest.join(LIBRARY_FILE),
            kept: Kept::of(guest),
        })
    }
}

/// What the compiler's failure says of the text. `Err` is where it says nothing of it.
fn refused(ended: &Ended) -> Result<Exit, Fault> {
    let stopped = |message: String| Ok(Exit::NotCompiled { message, line: 0 });
    match ended.signal() {
        Some(libc::SIGXCPU) => {
            return stopped(format!(
                "the compiler was stopped after {CPU_SECONDS} s of processor time"
            ));
        }
        Some(signal @ (libc::SIGSEGV | libc::SIGABRT | libc::SIGBUS | libc::SIGILL)) => {
            return stopped(format!("the compiler broke down on it (signal {signal})"));
        }
        Some(signal) => {
            return Err(Fault::new(format!(
                "the compiler was ended by signal {signal}"
            )));
        }
        None => {}
    }
    // What ends otherwise did not become the compiler.
    let is_compilers = matches!(ended.status.code(), Some(1 | 101));
    // `main.rs:3:5: error[E0425]: …`, and without a place where it is of the whole.
    let mut lines = ended.said.lines().filter(|_| is_compilers);
    let Some(first) = lines.find(|line| line.starts_with("error") || line.contains(": error"))
    else {
        let said = ended.said.lines().next().unwrap_or("it said nothing");
        return Err(Fault::new(format!("the compiler failed: {said}")));
    };
    let (place, message) = match first.split_once(": error") {
        Some((place, rest)) => (place, format!("error{rest}")),
        None => ("", first.to_owned()),
    };
    let line = place.split(':').nth(1).and_then(|line| line.parse().ok());
    Ok(Exit::NotCompiled {
        message: message.chars().take(MESSAGE_CHARS).collect(),
        line: line.unwrap_or(0),
    })
}
