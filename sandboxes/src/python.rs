//! The Python guest, and the judge that puts a candidate in one instance and its tests in another.
//!
//! Both instances start from one snapshot. What the judge's instance knows (the tests, and with
//! them the expected answers) is never in the memory of the candidate's: the two exchange calls and
//! plain values through the host, which parses each message. `app.py` is the other end.

mod addresses;
mod building;
mod codes;
mod inner_loop;
mod interpreter;
mod reply;
mod rewriting;
#[cfg(test)]
mod tests;

use std::cell::{Cell, OnceCell, RefCell};
use std::os::fd::RawFd;
use std::path::Path;

use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker, WasmList};
use wasmtime::{Engine, Store, StoreContextMut};

use self::codes::{Codes, Compiled};
use self::interpreter::Interpreter;
use self::reply::Reply;
use crate::engine::{START_FUEL, engine};
use crate::interpreted::{Interpreted, Role, judge};
use crate::resident::{Kernel, Snapshot, USES_MAX};
use crate::setup::Step;
use crate::toolchain::{self, Runner};
use crate::worker::Judged;
use crate::world::{self, Stop, World};
use crate::{Cache, Exit, Fault, Guest, Job, Limits, SetupError};

type State = World<Role<Interpreter>>;

/// How Python gets its guest.
pub(crate) struct Toolchain;

impl toolchain::Toolchain for Toolchain {
    fn provision(&self, cache: &Cache, progress: &dyn Fn(Step)) -> Result<Guest, SetupError> {
        building::provision(cache, progress)
    }

    fn open(&self, compiled: &Path) -> Result<Box<dyn Runner>, Fault> {
        let engine =
            engine().map_err(|error| Fault::new(format!("cannot start wasmtime: {error:#}")))?;
        Ok(Box::new(Python::open(&engine, compiled)?))
    }
}

/// A loaded guest, ready to be instantiated.
struct Python {
    engine: Engine,
    ready: InstancePre<State>,
    exports: Exports,
    codes: RefCell<Codes>,
    /// Instances that were put back to where they started.
    idle: RefCell<Vec<Interpreter>>,
    /// What it takes to put one back, if the kernel can tell which pages were written.
    kernel: Option<RefCell<Kernel>>,
    /// The memory of a fresh instance, the same for all.
    snapshot: OnceCell<Snapshot>,
    /// Whether there was an instance before.
    started: Cell<bool>,
}

#[derive(Clone, Copy)]
struct Exports {
    locate: ComponentExportIndex,
    load: ComponentExportIndex,
    call: ComponentExportIndex,
    answer: ComponentExportIndex,
    main: ComponentExportIndex,
    compile: ComponentExportIndex,
    prepare: ComponentExportIndex,
    test: ComponentExportIndex,
}

impl Python {
    /// Opens a guest that was compiled by an engine of the same configuration.
    ///
    /// The file is mapped and its code is executed: it must come from our own cache, which is as
    /// trusted as the program itself.
    fn open(engine: &Engine, compiled: &Path) -> Result<Self, Fault> {
        let open = || -> wasmtime::Result<Self> {
            #[allow(unsafe_code, reason = "the file was written by our own provisioning")]
            let component = unsafe { Component::deserialize_file(engine, compiled)? };
            let export = |name: &str| {
                component
                    .get_export_index(None, name)
                    .ok_or_else(|| wasmtime::format_err!("the guest has no export `{name}`"))
            };
            let exports = Exports {
                locate: export("locate")?,
                load: export("load")?,
                call: export("call")?,
                answer: export("answer")?,
                main: export("main")?,
                compile: export("compile")?,
                prepare: export("prepare")?,
                test: export("test")?,
            };
            let mut linker = Linker::new(engine);
            world::link(&mut linker)?;
            linker.root().func_wrap("cross", cross)?;
            linker.root().func_wrap("here", here)?;
            let ready = linker.instantiate_pre(&component)?;
            Ok(Self {
                engine: engine.clone(),
                ready,
                exports,
                codes: RefCell::default(),
                idle: RefCell::default(),
                kernel: Kernel::open().map(RefCell::new),
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
    fn make(&self, limits: &Limits) -> Result<Interpreter, Fault> {
        let fault = |error: wasmtime::Error| Fault::new(format!("cannot start a guest: {error:#}"));
        let world = World::new(limits, Vec::new(), Role::Candidate);
        let mut store = Store::new(&self.engine, world);
        store.limiter(|world| &mut world.memory);
        store.set_fuel(START_FUEL).map_err(fault)?;
        let instance = self.ready.instantiate(&mut store).map_err(fault)?;
        // Every instance is located, even where it will not be reused: all start from one state.
        let locate = instance.get_typed_func::<(), ()>(&mut store, &self.exports.locate);
        locate
            .and_then(|locate| locate.call(&mut store, ()))
            .map_err(fault)?;
        let mut interpreter = Interpreter::new(store, instance, self.exports);
        if let Some(kernel) = &self.kernel {
            let world = interpreter.store.data();
            interpreter.range = kernel
                .borrow_mut()
                .memory_around(world.here, world.memory.held)
                .filter(|_| world.has_no_resources());
        }
        Ok(interpreter)
    }

    /// One that can be put back.
    fn fresh(&self, limits: &Limits) -> Result<Interpreter, Fault> {
        let mut interpreter = self.make(limits)?;
        // A worker that judges a single program puts nothing back.
        let (Some(kernel), Some(range), true) =
            (&self.kernel, &interpreter.range, self.started.replace(true))
        else {
            return Ok(interpreter);
        };
        if self.snapshot.get().is_none() {
            let original = self.make(limits)?;
            if let Some(range) = original.range.clone() {
                #[allow(unsafe_code, reason = "nothing will run in it")]
                self.snapshot
                    .get_or_init(|| unsafe { Snapshot::of(&range, original) });
            }
        }
        #[allow(
            unsafe_code,
            reason = "the range is mapped, and the watch is dropped before it"
        )]
        let watch = unsafe { kernel.borrow().watch(range) };
        interpreter.watch = watch;
        Ok(interpreter)
    }
}

impl Interpreted for Python {
    type Instance = Interpreter;
    type Tests<'a> = Compiled;

    /// Fresh or put back.
    fn start(
        &self,
        limits: &Limits,
        stdin: Vec<u8>,
        role: Role<Interpreter>,
    ) -> Result<Interpreter, Fault> {
        let world = World::new(limits, stdin, role);
        let idle = self.idle.borrow_mut().pop();
        let mut interpreter = match idle {
            Some(interpreter) => interpreter,
            None => self.fresh(limits)?,
        };
        // A fresh instance drew random bytes while it was made. It leaves that world behind, so that
        // what a candidate draws does not tell whether its instance is fresh or was put back.
        let held = interpreter.store.data().memory.held;
        *interpreter.store.data_mut() = world;
        interpreter.store.data_mut().memory.hold(held);
        interpreter.limit(limits);
        Ok(interpreter)
    }

    /// If its calls all returned, it is put back for the next.
    fn retire(&self, mut interpreter: Interpreter) {
        interpreter.uses += 1;
        let (Some(kernel), Some(snapshot), Some(range)) =
            (&self.kernel, self.snapshot.get(), &interpreter.range)
        else {
            return;
        };
        let grown = interpreter.store.data().memory.held != range.len() as u64;
        if interpreter.broken || grown || interpreter.uses >= USES_MAX {
            return;
        }
        #[allow(
            unsafe_code,
            reason = "the memory is of this guest, which is not running"
        )]
        let restored =
            unsafe { snapshot.restore(&kernel.borrow(), range, interpreter.watch.as_ref()) };
        if restored {
            self.idle.borrow_mut().push(interpreter);
        }
    }

    fn read_tests(
        &self,
        limits: &Limits,
        trusted: &str,
        cases: &[String],
    ) -> Result<Compiled, Fault> {
        let start = || self.start(limits, Vec::new(), Role::Candidate);
        let retire = |compiler| self.retire(compiler);
        self.codes.borrow_mut().of(trusted, cases, start, retire)
    }

    fn prepare(judge: &mut Interpreter, tests: &Compiled, proxied: &[String]) -> Result<(), Exit> {
        let codes = tests.as_ref().as_ref().map_err(Clone::clone)?;
        judge.prepare(&codes.trusted, proxied)
    }

    fn test(judge: &mut Interpreter, tests: &Compiled, case: usize) -> Exit {
        match &**tests {
            Ok(codes) => judge.test(&codes.cases[case]),
            Err(exit) => exit.clone(),
        }
    }
}

impl Runner for Python {
    fn judge(&self, job: &Job, _: &[u8]) -> Judged {
        judge(self, job)
    }

    fn mappings(&self) -> Option<RawFd> {
        self.kernel
            .as_ref()
            .map(|kernel| kernel.borrow().mappings())
    }
}

/// The guest shows where its memory lies.
#[allow(
    clippy::unnecessary_wraps,
    reason = "a host function returns a result, also one that cannot fail"
)]
fn here(mut store: StoreContextMut<'_, State>, (bytes,): (WasmList<u8>,)) -> wasmtime::Result<()> {
    let address = bytes.as_le_slice(&store).as_ptr().expose_provenance();
    store.data_mut().here = address;
    Ok(())
}

/// The judge's call into the candidate's instance.
fn cross(
    mut store: StoreContextMut<'_, State>,
    (name, arguments): (String, Vec<u8>),
) -> wasmtime::Result<(Vec<u8>,)> {
    let violation = |what: String| Stop(Exit::Violation { what });
    match &mut store.data_mut().role {
        Role::Candidate => Err(violation("it called the judge's import".to_owned()).into()),
        Role::Judge(candidate) => {
            let reply = candidate.call(&name, &arguments).map_err(Stop)?;
            match Reply::parse(&reply).map_err(violation)? {
                Reply::Ok { .. } | Reply::Raised { .. } => Ok((reply,)),
                Reply::Opaque { what } => Err(violation(format!("it answered {what}")).into()),
                other => Err(violation(format!("it answered a call with {other:?}")).into()),
            }
        }
    }
}
