//! The worker's side: a process that judges what its pipe brings, one candidate after the other.
//!
//! Candidates are judged in processes and not in threads because the cost of a candidate is mostly
//! page faults and resets of its memory, and those contend inside one address space. It also lets
//! the kernel confine whatever might break out of a guest; see [`crate::confine`].

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::RawFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;
use wasmtime::PoolingAllocationConfig;

use crate::clang::{self, Beginning};
use crate::confine::{Building, Extent, Wall};
use crate::engine::THREAD_STACK_BYTES;
use crate::rust::Order;
use crate::toolchain::{self, Runner};
use crate::{Fault, Job, Language, Record, native};

/// What was found for one job.
pub type Judged = Result<Record, Fault>;

/// The first frame a process of ours gets: what it is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Hello {
    /// It is a worker.
    Judge {
        /// The guests it may need, with their compiled code.
        guests: Vec<(Language, PathBuf)>,
    },
    /// It becomes a compiler.
    Compile(Order),
    /// It lets clang begin, and forks for each program.
    Fork {
        guest: PathBuf,
        beginning: Beginning,
    },
}

/// The first frame a worker sends: what it found on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// The layers of the wall around it, in the order in which they were applied.
    pub walls: Vec<Wall>,
    /// Whether the kernel tells which pages a guest wrote to, which makes the reset of its memory
    /// cheap.
    pub pagemap_scan: bool,
}

/// Judges the jobs that arrive on standard input until it ends, and writes what it found to
/// standard output. Before it reads the first job it opens all guests and confines itself.
///
/// The hidden command that the pool starts calls this first thing. From then on the process is a
/// worker and nothing else, or becomes a compiler that is confined: every other descriptor that is
/// open is closed.
pub fn work() -> io::Result<()> {
    let mut building = Building::begin(Extent::Everything);
    match receive::<Hello>(&mut io::stdin())? {
        Some(Hello::Judge { guests }) => {
            building.bind_to_parent();
            judge_all(building, &guests)
        }
        Some(Hello::Compile(order)) => {
            building.bind_to_parent();
            Err(order.become_compiler())
        }
        // Whoever started it is not bound to the thread that did; the socket's end tells it to go.
        Some(Hello::Fork { guest, beginning }) => {
            with_stack(move || clang::serve(&guest, beginning, building))
        }
        None => Ok(()),
    }
}

fn judge_all(mut building: Building, guests: &[(Language, PathBuf)]) -> io::Result<()> {
    let sandbox = Sandbox::open(guests);
    building.leave_readable(sandbox.mappings());
    if sandbox.makes_code() {
        building.leave_executable();
    }
    building.shut_thread();
    native::watch()?;
    with_stack(move || {
        let runtime = runtime()?;
        let ready = Ready {
            walls: building.shut_process(),
            pagemap_scan: PoolingAllocationConfig::is_pagemap_scan_available(),
        };
        let mut output = io::stdout();
        send(&mut output, &ready)?;
        let _entered = runtime.enter();
        serve(&sandbox, io::stdin(), output)
    })
}

/// Goes on in a thread with room for guests' stacks.
fn with_stack(go: impl FnOnce() -> io::Result<()> + Send + 'static) -> io::Result<()> {
    thread::Builder::new()
        .stack_size(THREAD_STACK_BYTES)
        .spawn(go)?
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The runtime that wasmtime's WASI waits in. Given none it makes one with threads and sockets,
/// which the wall would not let it; and there is nothing to wait for, all streams being memory.
fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().build()
}

fn serve(sandbox: &Sandbox, mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    while let Some((job, prepared)) = receive::<(Job, Vec<u8>)>(&mut input)? {
        send(&mut output, &sandbox.judge(&job, &prepared))?;
    }
    Ok(())
}

/// The guests of one worker. One that cannot be opened is a fault of the jobs that need it.
struct Sandbox {
    opened: Vec<Opened>,
}

/// A guest and the languages that it is for: those with the same guest share what was opened.
struct Opened {
    path: PathBuf,
    languages: Vec<Language>,
    runner: Result<Box<dyn Runner>, Fault>,
}

impl Sandbox {
    fn open(guests: &[(Language, PathBuf)]) -> Self {
        let mut opened: Vec<Opened> = Vec::new();
        for (language, path) in guests {
            if let Some(known) = opened.iter_mut().find(|known| known.path == *path) {
                known.languages.push(*language);
                continue;
            }
            opened.push(Opened {
                path: path.clone(),
                languages: vec![*language],
                runner: toolchain::of(*language).open(path),
            });
        }
        Self { opened }
    }

    /// The descriptors that guests' memories are found with.
    fn mappings(&self) -> Vec<RawFd> {
        let runners = self.opened.iter().filter_map(|it| it.runner.as_ref().ok());
        runners.filter_map(|runner| runner.mappings()).collect()
    }

    /// Whether one of its guests makes machine code while it judges.
    fn makes_code(&self) -> bool {
        let mut runners = self.opened.iter().filter_map(|it| it.runner.as_ref().ok());
        runners.any(|runner| runner.makes_code())
    }

    fn judge(&self, job: &Job, prepared: &[u8]) -> Judged {
        match self.runner(job.language) {
            Ok(runner) => runner.judge(job, prepared),
            Err(fault) => Err(fault),
        }
    }

    fn runner(&self, language: Language) -> Result<&dyn Runner, Fault> {
        let mut opened = self.opened.iter();
        let opened = opened
            .find(|it| it.languages.contains(&language))
            .ok_or_else(|| Fault::new(format!("the guest for {language} was not set up")))?;
        opened.runner.as_deref().map_err(Fault::clone)
    }
}

/// A process of ours that is not started yet: it knows nothing of the environment, and Ctrl-C at the
/// terminal does not reach it, for the command lets it finish. It waits for its [`Hello`].
pub(crate) fn process(command: &[OsString]) -> io::Result<Command> {
    let (program, arguments) = command
        .split_first()
        .ok_or_else(|| io::Error::other("there is no command to start a process with"))?;
    let mut process = Command::new(program);
    process
        .args(arguments)
        .env_clear()
        .process_group(0)
        .stdin(Stdio::piped());
    Ok(process)
}

/// Writes one frame: its length, then its bytes.
pub(crate) fn send(output: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_stdvec(message).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len())
        .map_err(|_| io::Error::other("a message of 4 GiB or more cannot cross"))?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&bytes)?;
    output.flush()
}

/// Reads one frame; `None` where the stream ends between two.
pub(crate) fn receive<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    if let Err(error) = input.read_exact(&mut length) {
        let ended = error.kind() == io::ErrorKind::UnexpectedEof;
        return if ended { Ok(None) } else { Err(error) };
    }
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes)
        .map(Some)
        .map_err(io::Error::other)
}
