//! Compiling a job's texts: what is kept is taken, and the rest made by a confined compiler.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::building::{COMPILER_FILE, LIBRARY_FILE};
use super::compiler::Compiler;
use super::confined::{CPU_SECONDS, Ended, Folder, Order, compile};
use super::sources::{self, Head, Kind};
use crate::compiled::Modules;
use crate::kept::{Kept, Made, name_of};
use crate::{Exit, Fault, Job, Task, toolchain};

/// The longest message of the compiler that is kept.
const MESSAGE_CHARS: usize = 500;

/// A guest that is open for compiling.
pub(super) struct Workshop {
    /// The user's compiler, unless the guest is damaged.
    compiler: Result<Compiler, Fault>,
    library: PathBuf,
    kept: Arc<Kept>,
    /// Starts a process that may become the compiler.
    command: Vec<OsString>,
}

impl toolchain::Workshop for Workshop {
    fn prepare(&self, job: &Job) -> Result<Vec<u8>, Fault> {
        let compile = |kind, text: &str| self.compile(kind, text, job.limits.wall);
        let modules = match &job.task {
            Task::Run { .. } => Modules::of(compile(Kind::Command, &job.source)?, None),
            Task::Call { entry_point, .. } => {
                let text = sources::serving(&job.source, entry_point);
                Modules::of(compile(Kind::Reactor, &text)?, None)
            }
            Task::Test {
                trusted,
                proxied,
                cases,
            } => {
                let head = match &proxied[..] {
                    [name] => Head::of(trusted, name),
                    _ => Err("the tests are not of one function".to_owned()),
                };
                match head {
                    Ok(head) => {
                        let candidate = sources::serving(&job.source, &head.name);
                        let tests = cases.iter().map(|case| {
                            compile(Kind::Command, &sources::asking(trusted, &head, case))
                        });
                        Modules::of(compile(Kind::Reactor, &candidate)?, tests)
                    }
                    Err(what) => Ok(Modules::unjudgeable(what)),
                }
            }
        };
        Ok(modules?.to_bytes())
    }
}

impl Workshop {
    /// The one of the guest in this folder.
    pub(super) fn of(guest: &Path, command: &[OsString]) -> Self {
        let bytes = fs::read(guest.join(COMPILER_FILE)).map_err(|error| error.to_string());
        let compiler =
            bytes.and_then(|bytes| postcard::from_bytes(&bytes).map_err(|error| error.to_string()));
        Self {
            compiler: compiler.map_err(|what| {
                Fault::new(format!(
                    "cannot open the guest `{}`: {what}",
                    guest.display()
                ))
            }),
            library: guest.join(LIBRARY_FILE),
            kept: Kept::of(guest),
            command: command.to_vec(),
        }
    }

    /// The module that a text is compiled into, unless it was before.
    fn compile(&self, kind: Kind, text: &str, wall: Duration) -> Result<Made, Fault> {
        let compiler = self.compiler.as_ref().map_err(Fault::clone)?;
        let parts = [kind.crate_type().as_bytes(), text.as_bytes()];
        let name = name_of(parts);
        if let Some(made) = self.kept.read(&name) {
            return Ok(made);
        }
        let fault = |error: std::io::Error| Fault::new(format!("cannot compile Rust: {error}"));
        let folder = Folder::new().map_err(fault)?;
        fs::write(folder.path().join("main.rs"), text).map_err(fault)?;
        let mut arguments = compiler.arguments(kind.crate_type(), "main", "main.rs", "main.wasm");
        arguments.push(format!("--extern=rewardsmith={}", self.library.display()));
        let mut readable = compiler.readable();
        readable.push(self.library.clone());
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
            self.kept.keep(&name, &made);
        }
        Ok(made)
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
