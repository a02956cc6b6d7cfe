//! Compiling a job's programs: what is kept is taken, and the rest made by copies of processes in
//! which clang has begun, of which there is one for each [`Beginning`] that is needed.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::forking::{self, Answer};
use super::sources::{Beginning, Source, Sources};
use crate::compiled::Modules;
use crate::kept::{Kept, Made};
use crate::worker::{Hello, process, receive, send};
use crate::{Fault, Job, toolchain};

/// How often a program is tried again after the process that compiled it died.
const RETRIES: u32 = 1;

/// How long a process that is not needed any more may take to end.
const END_MAX: Duration = Duration::from_millis(500);

/// A guest that is open for compiling.
pub(super) struct Workshop {
    guest: PathBuf,
    /// Starts a process of ours.
    command: Vec<OsString>,
    kept: Arc<Kept>,
    begun: Mutex<BTreeMap<Beginning, Begun>>,
}

impl toolchain::Workshop for Workshop {
    fn prepare(&self, job: &Job) -> Result<Vec<u8>, Fault> {
        let compile = |source: &Source| self.module(source, job.limits.wall);
        let modules = match Sources::of(job) {
            Ok(sources) => {
                let tests = sources.tests.iter().map(compile);
                Modules::of(compile(&sources.candidate)?, tests)?
            }
            Err(what) => Modules::unjudgeable(what),
        };
        Ok(modules.to_bytes())
    }
}

impl Workshop {
    /// The one of the guest in this folder.
    pub(super) fn of(guest: &Path, command: &[OsString]) -> Self {
        Self {
            guest: guest.to_owned(),
            command: command.to_vec(),
            kept: Kept::of(guest),
            begun: Mutex::default(),
        }
    }

    /// The module that a program is compiled into, unless it was before.
    fn module(&self, source: &Source, wall: Duration) -> Result<Made, Fault> {
        let digest = source.digest();
        if let Some(made) = self.kept.read(&digest) {
            return Ok(made);
        }
        let mut attempt = 0;
        loop {
            match self.compile(source, wall) {
                Ok(answer) => {
                    let made = answer?;
                    self.kept.keep(&digest, &made);
                    return Ok(made);
                }
                Err(_) if attempt < RETRIES => attempt += 1,
                Err(error) => return Err(Fault::new(format!("the compiler died: {error}"))),
            }
        }
    }

    fn compile(&self, source: &Source, wall: Duration) -> io::Result<Answer> {
        let mut copy = self.copy(source.beginning)?;
        copy.set_read_timeout(Some(wall))?;
        send(&mut copy, source)?;
        receive(&mut copy)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// A socket to a new copy, for one program. A process that is gone is replaced.
    fn copy(&self, beginning: Beginning) -> io::Result<UnixStream> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(process) = begun.get(&beginning)
            && let Ok(copy) = forking::request(&process.control)
        {
            return Ok(copy);
        }
        let process = Begun::start(&self.command, &self.guest, beginning)?;
        let copy = forking::request(&process.control)?;
        begun.insert(beginning, process);
        Ok(copy)
    }
}

/// A process in which clang has begun.
struct Begun {
    child: Child,
    control: UnixStream,
}

impl Begun {
    fn start(command: &[OsString], guest: &Path, beginning: Beginning) -> io::Result<Self> {
        let (control, theirs) = UnixStream::pair()?;
        let child = process(command)?
            .stdout(OwnedFd::from(theirs))
            .stderr(Stdio::null())
            .spawn()?;
        let mut begun = Self { child, control };
        let mut input = begun.child.stdin.take().expect("it was asked for");
        let guest = guest.to_owned();
        send(&mut input, &Hello::Fork { guest, beginning })?;
        Ok(begun)
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        // It goes by itself, and what its copies used is counted as its own then.
        let _ = self.control.shutdown(Shutdown::Both);
        let deadline = Instant::now() + END_MAX;
        while Instant::now() < deadline {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
