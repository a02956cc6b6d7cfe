//! Programs that speak WASI preview 1, run as a process that sees nothing of the host: files in
//! memory, a clock that counts fuel, random bytes that are always the same.
//!
//! It is for command modules (`_start`) and reactors whose language has no guest of its own: the
//! compiler of C and C++, and what compilers make. What has no answer in such a world (links,
//! sockets, directories' lists) is there and answers that it is not supported, so that every module
//! links.

mod calls;
mod files;
mod guest;

use wasmtime::{Instance, Store, Trap};

pub(crate) use self::calls::link;
pub(crate) use self::files::{Files, Image};
use crate::world::{Memory, Output, Stop};
use crate::{Exit, Limits};

/// What stands behind the imports of one process.
pub(crate) struct Process {
    arguments: Vec<String>,
    files: Files,
    /// What stands behind each descriptor: the standard streams, then the root folder if there is one.
    open: Vec<Option<guest::Open>>,
    stdin: Vec<u8>,
    stdin_at: usize,
    pub(crate) output: Output,
    pub(crate) memory: Memory,
    /// The fuel it had when its clock stood at zero.
    fuel_at_start: u64,
    /// The nanoseconds it slept.
    slept: u64,
    /// The state of its random bytes.
    random: u64,
}

impl Process {
    /// A process at its beginning, without files.
    pub(crate) fn new(limits: &Limits, arguments: Vec<String>, stdin: Vec<u8>) -> Self {
        Self {
            arguments,
            files: Files::none(),
            open: guest::Open::streams(),
            stdin,
            stdin_at: 0,
            output: Output::new(limits.output_bytes),
            memory: Memory::new(limits.memory_bytes),
            fuel_at_start: limits.fuel.0,
            slept: 0,
            random: RANDOM_SEED,
        }
    }

    /// The same with these files, which it finds under `/`.
    #[must_use]
    pub(crate) fn with_files(mut self, files: Files) -> Self {
        self.open.push(Some(guest::Open::root()));
        self.files = files;
        self
    }

    /// Takes a file that it left.
    pub(crate) fn take_file(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.take(path)
    }

    /// Tells the clock that the tank was filled again when `left` was in it.
    pub(crate) fn refuelled(&mut self, left: u64, full: u64) {
        self.slept += self.fuel_at_start.saturating_sub(left);
        self.fuel_at_start = full;
    }
}

/// The seed of everything random; the value means nothing.
const RANDOM_SEED: u64 = 0x7265_7761_7264_736d;

/// A store's data with a process in it.
pub(crate) trait Host: 'static {
    /// The process.
    fn process(&mut self) -> &mut Process;
}

impl Host for Process {
    fn process(&mut self) -> &mut Process {
        self
    }
}

/// A store that burns from `fuel` and whose memory is bounded.
pub(crate) fn store<T: Host>(
    engine: &wasmtime::Engine,
    host: T,
    fuel: u64,
) -> wasmtime::Result<Store<T>> {
    let mut store = Store::new(engine, host);
    store.limiter(|host| &mut host.process().memory);
    store.set_fuel(fuel)?;
    Ok(store)
}

/// Calls an export that takes nothing and gives nothing; `None` where it came back.
pub(crate) fn call<T: Host>(store: &mut Store<T>, instance: &Instance, name: &str) -> Option<Exit> {
    let found = instance.get_typed_func::<(), ()>(&mut *store, name);
    let Ok(function) = found else {
        let what = format!("the program has no function `{name}`");
        return Some(Exit::Violation { what });
    };
    let outcome = function.call(&mut *store, ());
    let error = outcome.err()?;
    Some(exit_of(&error, store.data_mut().process().memory.denied))
}

/// What ended a guest.
pub(crate) fn exit_of(error: &wasmtime::Error, memory_denied: bool) -> Exit {
    if let Some(Stop(exit)) = error.downcast_ref::<Stop>() {
        return exit.clone();
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Exit::OutOfFuel,
        _ if memory_denied => Exit::OutOfMemory,
        Some(trap) => Exit::Crashed {
            trap: trap.to_string(),
        },
        None => Exit::Crashed {
            trap: format!("{error:#}"),
        },
    }
}
