//! The second wall: what a worker process takes from itself before it reads its first job.
//!
//! The first wall is WebAssembly. This one stands behind it, for the day on which a candidate
//! breaks out through a fault of the engine: it would find a process without files, network,
//! privileges or system calls to speak of. Each layer is applied as far as the kernel allows and
//! reports how far that was; a kernel that lacks one still judges.
//!
//! Not here: a bound on the address space. One instance reserves 4 GiB of it without using them, so
//! such a bound would say nothing about memory.

mod filter;
mod landlocked;
mod probe;
mod process;

use std::fmt;
use std::os::fd::RawFd;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub(crate) use landlocked::Access;
pub use probe::{Act, probe};

/// One layer of the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// No descriptor but the three standard streams was inherited.
    Descriptors,
    /// No environment was inherited.
    Environment,
    /// The worker dies with whoever started it.
    Parent,
    /// No capability is left, none can be gained, and nobody can look into the process.
    Privileges,
    /// No file can be opened, made, changed or executed.
    Files,
    /// No TCP connection can be made or accepted.
    Tcp,
    /// No process outside can be signalled or reached through an abstract socket.
    Processes,
    /// Limits on resources: no new descriptor, no byte in a file, no core dump, no new process.
    Limits,
    /// No system call but those that judging takes; any other kills the worker.
    Syscalls,
}

impl Layer {
    /// Every layer, in the order in which they are applied.
    pub const ALL: [Layer; 9] = [
        Layer::Descriptors,
        Layer::Environment,
        Layer::Parent,
        Layer::Privileges,
        Layer::Files,
        Layer::Tcp,
        Layer::Processes,
        Layer::Limits,
        Layer::Syscalls,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Layer::Descriptors => "descriptors",
            Layer::Environment => "environment",
            Layer::Parent => "parent",
            Layer::Privileges => "privileges",
            Layer::Files => "files",
            Layer::Tcp => "tcp",
            Layer::Processes => "processes",
            Layer::Limits => "limits",
            Layer::Syscalls => "syscalls",
        }
    }

    fn apply(self, readable: &[RawFd], code: Code) -> WallState {
        match self {
            Layer::Descriptors => process::descriptors(),
            Layer::Environment => process::environment(),
            Layer::Parent => process::parent(),
            Layer::Privileges => process::privileges(),
            Layer::Files => landlocked::files(),
            Layer::Tcp => landlocked::tcp(),
            Layer::Processes => landlocked::processes(),
            Layer::Limits => process::limits(),
            Layer::Syscalls => filter::syscalls(readable, code),
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Layer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|layer| layer.name() == text);
        found.ok_or_else(|| format!("unknown layer `{text}`"))
    }
}

/// How far a layer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WallState {
    /// Wholly.
    Held,
    /// In part; the reason says what is left open.
    Partial(String),
    /// Not at all, for this reason.
    Missing(String),
}

impl WallState {
    /// One word for it.
    pub fn name(&self) -> &'static str {
        match self {
            WallState::Held => "held",
            WallState::Partial(_) => "partial",
            WallState::Missing(_) => "missing",
        }
    }

    /// What is left open, or why.
    pub fn reason(&self) -> Option<&str> {
        match self {
            WallState::Held => None,
            WallState::Partial(reason) | WallState::Missing(reason) => Some(reason),
        }
    }
}

impl fmt::Display for WallState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())?;
        match self.reason() {
            Some(reason) => write!(formatter, ": {reason}"),
            None => Ok(()),
        }
    }
}

/// A layer and how far it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wall {
    /// The layer.
    pub layer: Layer,
    /// How far it holds.
    pub state: WallState,
}

/// Which layers to apply. A worker takes all; a probe may take one, to see that it holds by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Everything,
    Only(Layer),
}

/// Whether a worker may make memory executable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// All its machine code was there from the start.
    Fixed,
    /// It compiles programs.
    Made,
}

/// A wall under construction. Its steps are bound to moments in the life of the process.
pub(crate) struct Building {
    extent: Extent,
    walls: Vec<Wall>,
    readable: Vec<RawFd>,
    code: Code,
}

impl Building {
    /// The first step, before the process has opened anything: it closes every descriptor above the
    /// standard streams.
    pub(crate) fn begin(extent: Extent) -> Self {
        let mut building = Self {
            extent,
            walls: Vec::new(),
            readable: Vec::new(),
            code: Code::Fixed,
        };
        building.apply(&[Layer::Descriptors, Layer::Environment]);
        building
    }

    /// Has the process die with the thread that started it. A copy of a process has to say so anew.
    pub(crate) fn bind_to_parent(&mut self) {
        self.apply(&[Layer::Parent]);
    }

    /// Leaves descriptors besides standard input to be read, over and over.
    pub(crate) fn leave_readable(&mut self, descriptors: Vec<RawFd>) {
        self.readable = descriptors;
    }

    /// Leaves the worker the right to make memory executable, which compiling takes.
    pub(crate) fn leave_executable(&mut self) {
        self.code = Code::Made;
    }

    /// The second step, once everything is opened and while there is one thread: these layers hold
    /// for the calling thread and those that it will start.
    pub(crate) fn shut_thread(&mut self) {
        self.apply(&[
            Layer::Privileges,
            Layer::Files,
            Layer::Tcp,
            Layer::Processes,
        ]);
    }

    /// The last step, once all threads are started: these layers hold for the whole process.
    pub(crate) fn shut_process(mut self) -> Vec<Wall> {
        self.apply(&[Layer::Limits, Layer::Syscalls]);
        self.walls
    }

    fn apply(&mut self, layers: &[Layer]) {
        for &layer in layers {
            if matches!(self.extent, Extent::Only(other) if other != layer) {
                continue;
            }
            let state = layer.apply(&self.readable, self.code);
            self.walls.push(Wall { layer, state });
        }
    }
}

/// Confines a process that is about to become another program: no privileges, no files but these, no
/// TCP, no process outside.
pub(crate) fn become_confined(access: &Access<'_>) -> Result<(), String> {
    match process::privileges() {
        WallState::Held => landlocked::only(access),
        WallState::Partial(why) | WallState::Missing(why) => Err(why),
    }
}
