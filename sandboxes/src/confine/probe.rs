//! Tries the wall from inside: confines the process as a worker does, or by one layer alone, and
//! then does one forbidden thing.
//!
//! One act a process, since an act may kill it. Nothing here judges: a process that probes never
//! reads a job, so that leaving layers out weakens nobody.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::process::Command;
use std::str::FromStr;
use std::thread;

use super::{Building, Extent, Layer};
use crate::engine::engine;

/// Something that a worker must not be able to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Read a file that everybody may read.
    ReadFile,
    /// Make a file where everybody may.
    MakeFile,
    /// Write to a file that is open already.
    GrowFile,
    /// Use descriptor 7, which whoever started the process left open.
    Inherit,
    /// Make a second descriptor of an open one.
    Duplicate,
    /// Connect to a port of this machine.
    Connect,
    /// Listen at a port.
    Listen,
    /// Make a socket for datagrams.
    Datagram,
    /// Execute a program.
    Execute,
    /// Start a thread.
    Thread,
    /// Signal the parent.
    Signal,
    /// Use a privilege of root.
    Privilege,
    /// Make memory that can be executed.
    Executable,
    /// Live on when the parent is gone.
    Outlive,
    /// Nothing: the process should end well.
    Nothing,
}

impl Act {
    /// Every act.
    pub const ALL: [Act; 15] = [
        Act::ReadFile,
        Act::MakeFile,
        Act::GrowFile,
        Act::Inherit,
        Act::Duplicate,
        Act::Connect,
        Act::Listen,
        Act::Datagram,
        Act::Execute,
        Act::Thread,
        Act::Signal,
        Act::Privilege,
        Act::Executable,
        Act::Outlive,
        Act::Nothing,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Act::ReadFile => "read-file",
            Act::MakeFile => "make-file",
            Act::GrowFile => "grow-file",
            Act::Inherit => "inherit",
            Act::Duplicate => "duplicate",
            Act::Connect => "connect",
            Act::Listen => "listen",
            Act::Datagram => "datagram",
            Act::Execute => "execute",
            Act::Thread => "thread",
            Act::Signal => "signal",
            Act::Privilege => "privilege",
            Act::Executable => "executable",
            Act::Outlive => "outlive",
            Act::Nothing => "nothing",
        }
    }

    fn attempt(self, open_file: &mut File) -> io::Result<()> {
        match self {
            Act::ReadFile => File::open("/etc/passwd").map(drop),
            Act::MakeFile => tempfile().map(drop),
            Act::GrowFile => open_file.write_all(b"a byte too much"),
            Act::Inherit => fs::read_link("/proc/self/fd/7").map(drop),
            Act::Duplicate => io::stdin().as_fd().try_clone_to_owned().map(drop),
            Act::Connect => match TcpStream::connect(("127.0.0.1", 1)) {
                // Nobody listens there: it went as far as the network.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
                other => other.map(drop),
            },
            Act::Listen => TcpListener::bind(("127.0.0.1", 0)).map(drop),
            Act::Datagram => UdpSocket::bind(("127.0.0.1", 0)).map(drop),
            Act::Execute => Command::new("/bin/true").status().map(drop),
            Act::Thread => thread::Builder::new().spawn(|| ()).map(drop),
            Act::Signal => {
                let parent = rustix::process::getppid().ok_or(io::ErrorKind::NotFound)?;
                Ok(rustix::process::test_kill_process(parent)?)
            }
            Act::Privilege => Ok(rustix::process::chroot("/")?),
            Act::Executable => executable_memory(),
            Act::Outlive => loop {
                thread::park();
            },
            Act::Nothing => Ok(()),
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Act {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|act| act.name() == text);
        found.ok_or_else(|| format!("unknown act `{text}`"))
    }
}

/// Confines this process, by one layer if `only` names it, and attempts `act`. Standard output gets
/// a line for each layer with its state, then `allowed` or `refused`, if the process lives to say.
///
/// The process belongs to the probe: descriptors that anybody else has open are closed.
pub fn probe(act: Act, only: Option<Layer>) -> io::Result<()> {
    let mut building = Building::begin(only.map_or(Extent::Everything, Extent::Only));
    building.bind_to_parent();
    let mut open_file = tempfile()?;
    // As in a worker, whose engine has memory, signal handlers and a descriptor by now.
    let engine = engine().map_err(io::Error::other)?;
    building.shut_thread();
    thread::scope(|scope| {
        let confined = scope.spawn(move || {
            let mut output = io::stdout();
            for wall in building.shut_process() {
                writeln!(output, "{} {}", wall.layer, wall.state)?;
            }
            match act.attempt(&mut open_file) {
                Ok(()) => writeln!(output, "allowed"),
                Err(error) => writeln!(output, "refused: {error}"),
            }
        });
        confined
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    drop(engine);
    Ok(())
}

/// A file that vanishes when it is closed.
fn tempfile() -> io::Result<File> {
    let path = format!("/tmp/rewardsmith-probe-{}", std::process::id());
    let file = File::create_new(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

fn executable_memory() -> io::Result<()> {
    use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};
    let protection = ProtFlags::READ | ProtFlags::WRITE | ProtFlags::EXEC;
    #[allow(
        unsafe_code,
        reason = "a fresh mapping where the kernel likes; nothing refers to it"
    )]
    let mapped =
        unsafe { mmap_anonymous(std::ptr::null_mut(), 4096, protection, MapFlags::PRIVATE) };
    Ok(mapped.map(drop)?)
}
