//! The Python guest, and the judge that puts a candidate in one instance and its tests in another.
//!
//! Both instances start from one snapshot. What the judge's instance knows (the tests, and with
//! them the expected answers) is never in the memory of the candidate's: the two exchange calls and
//! plain values through the host, which parses each message. `app.py` is the other end.

mod reply;

use std::path::Path;

use wasmtime::component::{
    Component, ComponentExportIndex, Instance, InstancePre, Lift, Linker, Lower,
};
use wasmtime::{Engine, Store, StoreContextMut, Trap};
use wasmtime_wasi::I32Exit;

use self::reply::Reply;
use crate::world::{self, Stop, World};
use crate::{CaseRecord, Exit, Fault, Fuel, Job, Limits, Record, Task, Value, encode};

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
}

#[derive(Clone, Copy)]
struct Exports {
    load: ComponentExportIndex,
    call: ComponentExportIndex,
    main: ComponentExportIndex,
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
                prepare: export("prepare")?,
                test: export("test")?,
            };
            let mut linker = Linker::new(engine);
            world::link(&mut linker)?;
            linker.root().func_wrap("cross", cross)?;
            let ready = linker.instantiate_pre(&component)?;
            Ok(Self { engine: engine.clone(), ready, exports })
        };
        open().map_err(|error| {
            Fault::new(format!("cannot open the guest `{}`: {error:#}", compiled.display()))
        })
    }

    /// Judges one candidate.
    pub(crate) fn judge(&self, job: &Job) -> Result<Record, Fault> {
        match &job.task {
            Task::Run { stdin } => self.run(job, stdin),
            Task::Call { entry_point, arguments } => self.calls(job, entry_point, arguments),
            Task::Test { trusted, proxied, cases } => self.tests(job, trusted, proxied, cases),
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
            record.cases.push(CaseRecord { exit, answer: None, stdout, stderr, fuel });
            if !compiled {
                break;
            }
        }
        Ok(record)
    }

    fn calls(
        &self,
        job: &Job,
        entry_point: &str,
        cases: &[Vec<Value>],
    ) -> Result<Record, Fault> {
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
        let mut candidate = self.start(&job.limits, Vec::new(), Role::Candidate)?;
        let mut record = candidate.load(&job.source);
        if record.load != Exit::Finished {
            return Ok(record);
        }
        let mut judge = self.start(&job.limits, Vec::new(), Role::Judge(Box::new(candidate)))?;
        let broken = judge.prepare(trusted, proxied);
        for case in cases {
            judge.refuel();
            judge.candidate().refuel();
            let exit = broken.clone().unwrap_or_else(|| judge.test(case));
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

/// One instance in its store.
struct Interpreter {
    store: Store<State>,
    instance: Instance,
    exports: Exports,
    /// A full tank.
    fuel: u64,
    /// The largest reply that is taken from a candidate.
    answer_bytes: u64,
}

impl Interpreter {
    fn candidate(&mut self) -> &mut Interpreter {
        match &mut self.store.data_mut().role {
            Role::Judge(candidate) => candidate,
            Role::Candidate => unreachable!("only a judge is asked for its candidate"),
        }
    }

    /// Fills the tank for the next case.
    fn refuel(&mut self) {
        let left = self.left();
        let full = self.fuel;
        self.store.data_mut().refuelled(left, full);
        self.store.set_fuel(full).expect("the engine consumes fuel");
    }

    fn left(&self) -> u64 {
        self.store.get_fuel().expect("the engine consumes fuel")
    }

    /// What was burnt since the tank was filled.
    fn burnt(&self) -> Fuel {
        Fuel(self.fuel - self.left())
    }

    fn case(&self, exit: Exit, answer: Option<Value>) -> CaseRecord {
        // What a function prints while it solves is bounded, and nobody reads it.
        self.store.data().output.take();
        CaseRecord { exit, answer, stdout: Vec::new(), stderr: Vec::new(), fuel: self.burnt() }
    }

    /// Calls an export. Whatever goes wrong in there, the guest's code did it.
    fn invoke<P: wasmtime::component::ComponentNamedList + Lower>(
        &mut self,
        export: ComponentExportIndex,
        parameters: P,
    ) -> Result<Vec<u8>, Exit>
    where
        (Vec<u8>,): Lift,
    {
        let function = self
            .instance
            .get_typed_func::<P, (Vec<u8>,)>(&mut self.store, &export)
            .expect("the guest's world is ours");
        let outcome = function.call(&mut self.store, parameters);
        let denied = self.store.data().memory.denied;
        match outcome {
            Ok((reply,)) => Ok(reply),
            Err(error) => Err(exit_of(&error, denied)),
        }
    }

    /// Loads the candidate; the record so far says how that went.
    fn load(&mut self, source: &str) -> Record {
        let reply = self.invoke(self.exports.load, (source.as_bytes(),));
        let load = self.candidates_exit(reply);
        let Self { store, .. } = self;
        store.data().output.take();
        Record {
            load,
            load_fuel: self.burnt(),
            cases: Vec::new(),
            memory_bytes: self.store.data().memory.peak,
        }
    }

    fn main(&mut self, source: &str) -> Exit {
        let reply = self.invoke(self.exports.main, (source.as_bytes(),));
        match self.candidates_exit(reply) {
            // A whole program may end itself; with zero, or nothing said, it is content.
            Exit::Raised { kind, message, line } if kind == "SystemExit" => match &message[..] {
                "" | "0" | "None" => Exit::Finished,
                other => match other.parse() {
                    Ok(status) => Exit::Exited { status },
                    Err(_) => Exit::Raised { kind, message, line },
                },
            },
            Exit::Exited { status: 0 } => Exit::Finished,
            exit => exit,
        }
    }

    /// A call with the bytes as they come and go.
    fn call(&mut self, name: &str, arguments: &[u8]) -> Result<Vec<u8>, Exit> {
        let reply = self.invoke(self.exports.call, (name, arguments))?;
        if reply.len() as u64 > self.answer_bytes {
            return Err(Exit::OutputLimit);
        }
        Ok(reply)
    }

    fn answer(&mut self, name: &str, arguments: Vec<Value>) -> (Exit, Option<Value>) {
        let message =
            Value::Tuple(vec![Value::Tuple(arguments), Value::Dict(Vec::new())]);
        let reply = match self.call(name, &encode(&message)) {
            Ok(reply) => reply,
            Err(exit) => return (exit, None),
        };
        match Reply::parse(&reply) {
            Ok(Reply::Ok { value }) => (Exit::Finished, Some(value)),
            Ok(other) => (self.exit_of_reply(other), None),
            Err(what) => (Exit::Violation { what }, None),
        }
    }

    /// Prepares the judge; what is returned is why it cannot judge.
    fn prepare(&mut self, trusted: &str, proxied: &[String]) -> Option<Exit> {
        let broken = |what: String| {
            Some(Exit::Unjudgeable { what: format!("the problem's own code fails: {what}") })
        };
        match self.invoke(self.exports.prepare, (trusted.as_bytes(), proxied)) {
            Err(exit) => broken(format!("{exit:?}")),
            Ok(reply) => match Reply::parse(&reply) {
                Ok(Reply::Ok { .. }) => None,
                Ok(other) => broken(format!("{other:?}")),
                Err(what) => broken(what),
            },
        }
    }

    /// Runs one case of test code in the judge.
    fn test(&mut self, source: &str) -> Exit {
        let reply = match self.invoke(self.exports.test, (source.as_bytes(),)) {
            Ok(reply) => reply,
            Err(exit) => return exit,
        };
        match Reply::parse(&reply) {
            Ok(Reply::Ok { .. }) => Exit::Finished,
            Ok(Reply::Failed { kind, message }) => Exit::TestFailed { kind, message },
            Ok(raised @ Reply::Raised { .. }) => self.candidate().exit_of_reply(raised),
            Ok(Reply::Opaque { what }) => Exit::Unjudgeable { what },
            Ok(Reply::Syntax { message, .. }) => {
                Exit::Unjudgeable { what: format!("the tests do not compile: {message}") }
            }
            Err(what) => Exit::Unjudgeable { what: format!("the judge itself answered {what}") },
        }
    }

    fn candidates_exit(&mut self, reply: Result<Vec<u8>, Exit>) -> Exit {
        match reply.map(|bytes| Reply::parse(&bytes)) {
            Err(exit) => exit,
            Ok(Err(what)) => Exit::Violation { what },
            Ok(Ok(reply)) => self.exit_of_reply(reply),
        }
    }

    /// The exit that a candidate's reply stands for.
    fn exit_of_reply(&self, reply: Reply) -> Exit {
        match reply {
            Reply::Ok { .. } => Exit::Finished,
            Reply::Syntax { message, line } => Exit::NotCompiled { message, line },
            Reply::Raised { kinds, .. }
                if self.store.data().memory.denied && kinds.contains(&"MemoryError".to_owned()) =>
            {
                Exit::OutOfMemory
            }
            Reply::Raised { mut kinds, message, line } => {
                Exit::Raised { kind: kinds.swap_remove(0), message, line }
            }
            Reply::Opaque { what } => Exit::Violation { what: format!("it answered {what}") },
            Reply::Failed { .. } => {
                Exit::Violation { what: "it answered as only a judge does".to_owned() }
            }
        }
    }
}

/// The exit behind an error that a guest's call ended with.
fn exit_of(error: &wasmtime::Error, memory_denied: bool) -> Exit {
    if let Some(Stop(exit)) = error.downcast_ref::<Stop>() {
        return exit.clone();
    }
    if let Some(I32Exit(status)) = error.downcast_ref::<I32Exit>() {
        return Exit::Exited { status: *status };
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Exit::OutOfFuel,
        // The interpreter aborts when it cannot even allocate the exception.
        Some(_) if memory_denied => Exit::OutOfMemory,
        _ => Exit::Crashed { trap: error.root_cause().to_string() },
    }
}
