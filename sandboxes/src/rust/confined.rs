//! A process of its own for each compilation, which confines itself and becomes the compiler.
//!
//! The compiler is a native program that reads untrusted text. It may read its own libraries, and
//! write to one folder that is made for it; it can open nothing else, and no other program. Its
//! environment says nothing of the machine.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, setrlimit};
use serde::{Deserialize, Serialize};

use crate::confine::{Access, become_confined};
use crate::worker::{Hello, process, send};

/// The processor time that a compilation may take: some twenty times what an honest program's does.
pub(super) const CPU_SECONDS: u64 = 10;

/// Its address space.
const ADDRESS_SPACE_BYTES: u64 = 4 << 30;

/// Each with the value at which a process is told, and the one at which it is ended.
const LIMITS: [(Resource, u64, u64); 5] = [
    (Resource::Cpu, CPU_SECONDS, CPU_SECONDS + 2),
    (Resource::As, ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES),
    // The largest file that it may write.
    (Resource::Fsize, 128 << 20, 128 << 20),
    (Resource::Nofile, 256, 256),
    (Resource::Core, 0, 0),
];

/// How much of what it says is kept.
const SAID_BYTES: usize = 64 << 10;

/// A compilation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    /// Where it works, and all it may write to.
    pub(super) folder: PathBuf,
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<String>,
    /// Folders and files that it may read.
    pub(super) readable: Vec<PathBuf>,
    /// Files that it may execute.
    pub(super) executed: Vec<PathBuf>,
}

impl Order {
    /// Confines this process and becomes the compiler. It returns only if that fails.
    pub(crate) fn become_compiler(&self) -> io::Error {
        let limited = LIMITS
            .into_iter()
            .try_for_each(|(resource, current, maximum)| {
                let limit = Rlimit {
                    current: Some(current),
                    maximum: Some(maximum),
                };
                setrlimit(resource, limit)
            });
        if let Err(error) = limited {
            return error.into();
        }
        let access = Access {
            written: &self.folder,
            read: &self.readable,
            executed: &self.executed,
        };
        if let Err(why) = become_confined(&access) {
            return io::Error::other(why);
        }
        Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            // The same words whatever the folder: a program can ask for them.
            .env("TMPDIR", ".")
            .current_dir(&self.folder)
            .exec()
    }
}

/// How a compilation ended, and what it said.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) said: String,
}

impl Ended {
    /// The signal that ended it.
    pub(super) fn signal(&self) -> Option<i32> {
        self.status.signal()
    }
}

/// Lets a process of this command become the compiler, and waits for it.
pub(super) fn compile(command: &[OsString], order: Order, wall: Duration) -> io::Result<Ended> {
    let mut child = process(command)?
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().expect("it was asked for");
    let stderr = child.stderr.take().expect("it was asked for");
    let (tell, told) = mpsc::channel();
    // It ends when the compiler and all that it started are gone.
    let listener = thread::spawn(move || {
        let said = listen(stderr);
        let _ = tell.send(());
        said
    });
    let sent = send(&mut input, &Hello::Compile(order));
    drop(input);
    if told.recv_timeout(wall).is_err() {
        end(&mut child);
    }
    let status = child.wait()?;
    let said = listener.join().unwrap_or_default();
    sent?;
    Ok(Ended { status, said })
}

fn end(child: &mut Child) {
    if let Some(pid) = Pid::from_raw(child.id().cast_signed()) {
        // One that is gone already needs no signal.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

/// What is said, up to a bound; the rest is heard and dropped, so that whoever speaks does not wait.
fn listen(mut from: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 8 << 10];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let room = SAID_BYTES.saturating_sub(kept.len()).min(count);
        kept.extend_from_slice(&buffer[..room]);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// A folder for one compilation that goes with it.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> io::Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("rewardsmith-rust-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        // What a process of the same number left is of no use.
        let _ = fs::remove_dir_all(&path);
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
