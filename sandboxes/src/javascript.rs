//! The JavaScript guest (QuickJS-NG, driven through its C functions), TypeScript by way of it, and
//! the judge that puts a candidate in one instance and its tests in another.
//!
//! Both instances start from one snapshot, taken after the prelude ran. What the judge's instance
//! knows (the tests, and with them the expected answers) is never in the memory of the candidate's:
//! the two exchange calls and plain values, which the host reads out of one interpreter's memory
//! and makes in the other's.

mod building;
mod door;
mod functions;
mod guest;
mod handle;
mod image;
mod machine;
mod plain;
mod programs;
#[cfg(test)]
mod tests;
mod typescript;

use std::cell::{Cell, OnceCell, RefCell};
use std::os::fd::RawFd;
use std::path::Path;
use std::sync::Arc;

use wasmtime::{Engine, InstancePre, Linker, Module, Store};

use self::functions::Functions;
use self::guest::Interpreter;
use self::handle::Handle;
use self::machine::Places;
use crate::engine::{START_FUEL, engine};
use crate::interpreted::{Interpreted, Role, judge};
use crate::resident::{Kernel, Snapshot, USES_MAX};
use crate::setup::Step;
use crate::toolchain::{self, Runner};
use crate::worker::Judged;
use crate::world::{Memory, Output};
use crate::{Cache, Exit, Fault, Guest, Job, Language, Limits, SetupError};

/// What stands behind the imports of one guest.
struct State {
    memory: Memory,
    output: Output,
    /// Standard input, until it is taken.
    stdin: Option<Vec<u8>>,
    /// The fuel it had when its clock stood at zero.
    fuel_at_start: u64,
    /// The nanoseconds it slept.
    slept: u64,
    functions: Option<Arc<Functions>>,
    places: Places,
    role: Role<Interpreter>,
    /// The rejected promises that nobody listens to: each, and where it and its reason are boxed.
    rejections: Vec<(Handle, u32, u32)>,
    /// The namespace of the program and the promise of its end, where it is a module.
    module: Option<(Handle, Handle)>,
    /// What the last exception was that came from the candidate.
    blamed: Option<Exit>,
    /// The message of the first assertion that failed without an exception.
    failure: Option<String>,
}

impl State {
    fn new(limits: &Limits, stdin: Vec<u8>, role: Role<Interpreter>) -> Self {
        Self {
            memory: Memory::new(limits.memory_bytes),
            output: Output::new(limits.output_bytes),
            stdin: Some(stdin),
            fuel_at_start: limits.fuel.0,
            slept: 0,
            functions: None,
            places: Places::default(),
            role,
            rejections: Vec::new(),
            module: None,
            blamed: None,
            failure: None,
        }
    }
}

/// How JavaScript and TypeScript get their guest, which is one.
pub(crate) struct Toolchain(pub(crate) Language);

impl toolchain::Toolchain for Toolchain {
    fn provision(&self, cache: &Cache, progress: &dyn Fn(Step)) -> Result<Guest, SetupError> {
        building::provision(self.0, cache, progress)
    }

    fn open(&self, compiled: &Path) -> Result<Box<dyn Runner>, Fault> {
        let engine =
            engine().map_err(|error| Fault::new(format!("cannot start wasmtime: {error:#}")))?;
        Ok(Box::new(JavaScript::open(&engine, compiled)?))
    }
}

/// A loaded guest, ready to be instantiated.
struct JavaScript {
    engine: Engine,
    ready: InstancePre<State>,
    /// Instances that were put back to where they started.
    idle: RefCell<Vec<Interpreter>>,
    /// What it takes to put one back, if the kernel can tell which pages were written.
    kernel: Option<Kernel>,
    /// The memory of a fresh instance, the same for all.
    snapshot: OnceCell<Snapshot>,
    /// Whether there was an instance before.
    started: Cell<bool>,
}

impl JavaScript {
    /// Opens a guest that was compiled by an engine of the same configuration.
    ///
    /// The file is mapped and its code is executed: it must come from our own cache, which is as
    /// trusted as the program itself.
    fn open(engine: &Engine, compiled: &Path) -> Result<Self, Fault> {
        let open = || -> wasmtime::Result<Self> {
            #[allow(unsafe_code, reason = "the file was written by our own provisioning")]
            let module = unsafe { Module::deserialize_file(engine, compiled)? };
            let mut linker = Linker::new(engine);
            door::link(&mut linker)?;
            Ok(Self {
                engine: engine.clone(),
                ready: linker.instantiate_pre(&module)?,
                idle: RefCell::default(),
                kernel: Kernel::open(),
                snapshot: OnceCell::new(),
                started: Cell::new(false),
            })
        };
        open().map_err(|error| {
            Fault::new(format!(
                "cannot open the guest `{}`: {error:#}",
                compiled.display()
            ))
        })
    }

    /// An instance as all of them start.
    fn make(&self, state: State) -> Result<Interpreter, Fault> {
        let fault = |error: wasmtime::Error| Fault::new(format!("cannot start a guest: {error:#}"));
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.memory);
        store.set_fuel(START_FUEL).map_err(fault)?;
        let instance = self.ready.instantiate(&mut store).map_err(fault)?;
        Interpreter::new(store, &instance).map_err(fault)
    }

    /// One that can be put back.
    fn fresh(&self, limits: &Limits, state: State) -> Result<Interpreter, Fault> {
        // A worker that judges a single program puts nothing back.
        if self.kernel.is_some() && self.started.replace(true) && self.snapshot.get().is_none() {
            let mut original = self.make(State::new(limits, Vec::new(), Role::Candidate))?;
            let range = original.range();
            #[allow(unsafe_code, reason = "nothing will run in it")]
            self.snapshot
                .get_or_init(|| unsafe { Snapshot::of(&range, original) });
        }
        self.make(state)
    }
}

/// A problem's definitions and cases.
struct Tests<'a> {
    trusted: &'a str,
    cases: &'a [String],
}

impl Interpreted for JavaScript {
    type Instance = Interpreter;
    type Tests<'a> = Tests<'a>;

    /// Fresh or put back.
    fn start(
        &self,
        limits: &Limits,
        stdin: Vec<u8>,
        role: Role<Interpreter>,
    ) -> Result<Interpreter, Fault> {
        let mut state = State::new(limits, stdin, role);
        let idle = self.idle.borrow_mut().pop();
        let mut interpreter = match idle {
            Some(mut interpreter) => {
                let before = interpreter.store.data_mut();
                state.functions = before.functions.take();
                state.places = before.places;
                state.memory.hold(before.memory.held);
                *before = state;
                interpreter
            }
            None => self.fresh(limits, state)?,
        };
        interpreter.limit(limits);
        Ok(interpreter)
    }

    /// Puts it back for the next. Its state is its memory and the stack pointer, so that goes for one
    /// that trapped as well.
    fn retire(&self, mut interpreter: Interpreter) {
        interpreter.uses += 1;
        let (Some(kernel), Some(snapshot)) = (&self.kernel, self.snapshot.get()) else {
            return;
        };
        if interpreter.uses >= USES_MAX {
            return;
        }
        let range = interpreter.range();
        #[allow(
            unsafe_code,
            reason = "the memory is of this guest, which is not running"
        )]
        let restored = unsafe { snapshot.restore(kernel, &range, None) };
        if restored {
            interpreter.reset_stack();
            self.idle.borrow_mut().push(interpreter);
        }
    }

    fn read_tests<'a>(
        &self,
        _: &Limits,
        trusted: &'a str,
        cases: &'a [String],
    ) -> Result<Tests<'a>, Fault> {
        Ok(Tests { trusted, cases })
    }

    fn prepare(judge: &mut Interpreter, tests: &Tests<'_>, proxied: &[String]) -> Result<(), Exit> {
        judge.prepare(tests.trusted, proxied)
    }

    fn test(judge: &mut Interpreter, tests: &Tests<'_>, case: usize) -> Exit {
        judge.test(&tests.cases[case])
    }
}

impl Runner for JavaScript {
    fn judge(&self, job: &Job, _: &[u8]) -> Judged {
        match job.language {
            Language::TypeScript => typescript::judge(job, |stripped| judge(self, stripped)),
            _ => judge(self, job),
        }
    }

    fn mappings(&self) -> Option<RawFd> {
        None
    }
}
