//! The Python guest, and the judge that puts a candidate in one instance and its tests in another.
//!
//! Both instances start from one snapshot. What the judge's instance knows (the tests, and with
//! them the expected answers) is never in the memory of the candidate's: the two exchange calls and
//! plain values through the host, which parses each message. `app.py` is the other end.

mod codes;
mod interpreter;
mod reply;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::path::Path;

use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker};
use wasmtime::{Engine, Store, StoreContextMut};

use self::codes::Codes;
use self::interpreter::Interpreter;
use self::reply::Reply;
use crate::world::{self, Stop, World};
use crate::{CaseRecord, Exit, Fault, Fuel, Job, Limits, Record, Task, Value};

/// What a guest's call to the other instance finds there.
enum Role {
    /// A candidate: nothing, and it may not ask.
    Candidate,
    /// The judge: the candidate.
    Judge(Box<Interpreter>),
}

type State = World<Role>;

/// A loaded guest, ready to be instantiated.
pub(crate) struct Python {
    engine: Engine,
    ready: InstancePre<State>,
    exports: Exports,
    codes: RefCell<Codes>,
}

#[derive(Clone, Copy)]
struct Exports {
    load: ComponentExportIndex,
    call: ComponentExportIndex,
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
    pub(crate) fn open(engine: &Engine, compiled: &Path) -> Result<Self, Fault> {
        let open = || -> wasmtime::Result<Self> {
            #[allow(unsafe_code, reason = "the file was written by our own provisioning")]
            let component = unsafe { Component::deserialize_file(engine, compiled)? };
            let export = |name: &str| {
                component
                    .get_export_index(None, name)
                    .ok_or_else(|| wasmtime::format_err!("the guest has no export `{name}`"))
            };
            let exports = Exports {
                load: export("load")?,
                call: export("call")?,
                main: export("main")?,
                compile: export("compile")?,
                prepare: export("prepare")?,
                test: export("test")?,
            };
            let mut linker = Linker::new(engine);
            world::link(&mut linker)?;
            linker.root().func_wrap("cross", cross)?;
            let ready = linker.instantiate_pre(&component)?;
            Ok(Self {
                engine: engine.clone(),
                ready,
                exports,
                codes: RefCell::default(),
            })
        };
        open().map_err(|error| {
            Fault::new(format!(
                "cannot open the guest `{}`: {error:#}",
                compiled.display()
            ))
        })
    }

    /// Judges one candidate.
    pub(crate) fn judge(&self, job: &Job) -> Result<Record, Fault> {
        match &job.task {
            Task::Run { stdin } => self.run(job, stdin),
            Task::Call {
                entry_point,
                arguments,
            } => self.calls(job, entry_point, arguments),
            Task::Test {
                trusted,
                proxied,
                cases,
            } => self.tests(job, trusted, proxied, cases),
        }
    }

    fn run(&self, job: &Job, inputs: &[Vec<u8>]) -> Result<Record, Fault> {
        let mut record = Record {
            load: Exit::Finished,
            load_fuel: Fuel(0),
            cases: Vec::with_capacity(inputs.len()),
            memory_bytes: 0,
        };
        for input in inputs {
            let mut guest = self.start(&job.limits, input.clone(), Role::Candidate)?;
            let exit = guest.main(&job.source);
            let [stdout, stderr] = guest.store.data().output.take();
            record.memory_bytes = record.memory_bytes.max(guest.store.data().memory.peak);
            let fuel = guest.burnt();
            let compiled = !matches!(exit, Exit::NotCompiled { .. });
            record.cases.push(CaseRecord {
                exit,
                answer: None,
                stdout,
                stderr,
                fuel,
            });
            if !compiled {
                break;
            }
        }
        Ok(record)
    }

    fn calls(&self, job: &Job, entry_point: &str, cases: &[Vec<Value>]) -> Result<Record, Fault> {
        let mut guest = self.start(&job.limits, Vec::new(), Role::Candidate)?;
        let mut record = guest.load(&job.source);
        if record.load != Exit::Finished {
            return Ok(record);
        }
        for arguments in cases {
            guest.refuel();
            let (exit, answer) = guest.answer(entry_point, arguments.clone());
            let alive = exit.leaves_the_guest_alive();
            record.cases.push(guest.case(exit, answer));
            if !alive {
                break;
            }
        }
        record.memory_bytes = guest.store.data().memory.peak;
        Ok(record)
    }

    fn tests(
        &self,
        job: &Job,
        trusted: &str,
        proxied: &[String],
        cases: &[String],
    ) -> Result<Record, Fault> {
        let codes = self.codes.borrow_mut().of(trusted, cases, || {
            self.start(&job.limits, Vec::new(), Role::Candidate)
        })?;
        let mut candidate = self.start(&job.limits, Vec::new(), Role::Candidate)?;
        let mut record = candidate.load(&job.source);
        if record.load != Exit::Finished {
            return Ok(record);
        }
        let mut judge = self.start(&job.limits, Vec::new(), Role::Judge(Box::new(candidate)))?;
        let prepared = match &*codes {
            Ok(codes) => judge.prepare(&codes.trusted, proxied).map(|()| codes),
            Err(exit) => Err(exit.clone()),
        };
        for index in 0..cases.len() {
            judge.refuel();
            judge.candidate().refuel();
            let exit = match &prepared {
                Ok(codes) => judge.test(&codes.cases[index]),
                Err(exit) => exit.clone(),
            };
            let alive = exit.leaves_the_guest_alive();
            record.cases.push(judge.candidate().case(exit, None));
            if !alive {
                break;
            }
        }
        record.memory_bytes = judge.candidate().store.data().memory.peak;
        Ok(record)
    }

    fn start(&self, limits: &Limits, stdin: Vec<u8>, role: Role) -> Result<Interpreter, Fault> {
        let fault = |error: wasmtime::Error| Fault::new(format!("cannot start a guest: {error:#}"));
        let mut store = Store::new(&self.engine, World::new(limits, stdin, role));
        store.limiter(|world| &mut world.memory);
        store.set_fuel(limits.fuel.0).map_err(fault)?;
        let instance = self.ready.instantiate(&mut store).map_err(fault)?;
        Ok(Interpreter {
            store,
            instance,
            exports: self.exports,
            fuel: limits.fuel.0,
            answer_bytes: limits.output_bytes,
        })
    }
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
