//! One instance of the interpreter, and what each of its exports' replies means.

use wasmtime::component::{ComponentExportIndex, ComponentNamedList, Instance, Lower};
use wasmtime::{Store, Trap};
use wasmtime_wasi::I32Exit;

use std::ops::Range;

use super::reply::Reply;
use super::{Exports, State};
use crate::interpreted::{self, Instance as _, Role, unjudgeable};
use crate::resident::Watch;
use crate::wire::encode_tuple;
use crate::world::Stop;
use crate::{Exit, Fuel, Limits, Value};

/// One instance in its store.
pub(super) struct Interpreter {
    /// What tells which pages it wrote to. It is dropped before the memory is.
    pub(super) watch: Option<Watch>,
    pub(super) store: Store<State>,
    pub(super) instance: Instance,
    pub(super) exports: Exports,
    /// A full tank.
    fuel: u64,
    /// The largest reply that is taken from a candidate.
    answer_bytes: u64,
    /// Where its memory lies, if it can be put back.
    pub(super) range: Option<Range<usize>>,
    /// Whether a call did not return.
    pub(super) broken: bool,
    /// How often it was retired.
    pub(super) uses: u32,
}

impl Interpreter {
    pub(super) fn new(store: Store<State>, instance: Instance, exports: Exports) -> Self {
        Self {
            watch: None,
            store,
            instance,
            exports,
            fuel: 0,
            answer_bytes: 0,
            range: None,
            broken: false,
            uses: 0,
        }
    }

    /// Fills the tank for the first time.
    pub(super) fn limit(&mut self, limits: &Limits) {
        self.fuel = limits.fuel.0;
        self.answer_bytes = limits.output_bytes;
        self.store
            .set_fuel(self.fuel)
            .expect("the engine consumes fuel");
    }

    fn left(&self) -> u64 {
        self.store.get_fuel().expect("the engine consumes fuel")
    }

    /// Calls an export of a candidate, whose reply may not be larger than an answer may be: parsed,
    /// a reply takes tens of times its bytes of the host's memory.
    fn ask<P: ComponentNamedList + Lower>(
        &mut self,
        export: ComponentExportIndex,
        parameters: P,
    ) -> Result<Vec<u8>, Exit> {
        let reply = self.invoke(export, parameters)?;
        if reply.len() as u64 > self.answer_bytes {
            return Err(Exit::OutputLimit);
        }
        Ok(reply)
    }

    /// Calls an export. Whatever goes wrong in there, the guest's code did it.
    fn invoke<P: ComponentNamedList + Lower>(
        &mut self,
        export: ComponentExportIndex,
        parameters: P,
    ) -> Result<Vec<u8>, Exit> {
        let function = self
            .instance
            .get_typed_func::<P, (Vec<u8>,)>(&mut self.store, &export)
            .expect("the guest's world is ours");
        let outcome = function.call(&mut self.store, parameters);
        let denied = self.store.data().memory.denied;
        match outcome {
            Ok((reply,)) => Ok(reply),
            Err(error) => {
                self.broken = true;
                Err(exit_of(&error, denied))
            }
        }
    }

    /// A call with the bytes as they come and go.
    pub(super) fn call(&mut self, name: &str, arguments: &[u8]) -> Result<Vec<u8>, Exit> {
        self.ask(self.exports.call, (name, arguments))
    }

    /// Compiles a piece of the problem's own code.
    pub(super) fn compile(&mut self, source: &str) -> Result<Vec<u8>, Exit> {
        let reply = self.invoke(self.exports.compile, (source.as_bytes(),));
        match Self::own_reply(reply)? {
            Reply::Ok {
                value: Value::Bytes(code),
            } => Ok(code),
            other => Err(unjudgeable(&format!("{other:?}"))),
        }
    }

    /// Prepares the judge; the error is why it cannot judge.
    pub(super) fn prepare(&mut self, code: &[u8], proxied: &[String]) -> Result<(), Exit> {
        let reply = self.invoke(self.exports.prepare, (code, proxied));
        match Self::own_reply(reply)? {
            Reply::Ok { .. } => Ok(()),
            other => Err(unjudgeable(&format!("{other:?}"))),
        }
    }

    /// The reply of a judge that has not met the candidate yet.
    fn own_reply(reply: Result<Vec<u8>, Exit>) -> Result<Reply, Exit> {
        let bytes = reply.map_err(|exit| unjudgeable(&format!("{exit:?}")))?;
        match Reply::parse(&bytes).map_err(|what| unjudgeable(&what))? {
            Reply::Syntax { message, .. } => Err(unjudgeable(&message)),
            Reply::Failed { kind, message } => Err(unjudgeable(&format!("{kind}: {message}"))),
            other => Ok(other),
        }
    }

    /// Runs one case of test code in the judge.
    pub(super) fn test(&mut self, code: &[u8]) -> Exit {
        let reply = match self.invoke(self.exports.test, (code,)) {
            Ok(reply) => reply,
            Err(exit) => return exit,
        };
        match Reply::parse(&reply) {
            Ok(Reply::Ok { .. }) => Exit::Finished,
            Ok(Reply::Failed { kind, message }) => Exit::TestFailed { kind, message },
            Ok(raised @ Reply::Raised { .. }) => self.role().candidate().exit_of_reply(raised),
            Ok(Reply::Opaque { what }) => Exit::Unjudgeable { what },
            Ok(Reply::Syntax { message, .. }) => unjudgeable(&message),
            Err(what) => Exit::Unjudgeable {
                what: format!("the judge itself answered {what}"),
            },
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
            Reply::Raised {
                mut kinds,
                message,
                line,
            } => Exit::Raised {
                kind: kinds.swap_remove(0),
                message,
                line,
            },
            Reply::Opaque { what } => Exit::Violation {
                what: format!("it answered {what}"),
            },
            Reply::Failed { .. } => Exit::Violation {
                what: "it answered as only a judge does".to_owned(),
            },
        }
    }
}

impl interpreted::Instance for Interpreter {
    fn role(&mut self) -> &mut Role<Self> {
        &mut self.store.data_mut().role
    }

    fn refuel(&mut self) {
        let left = self.left();
        let full = self.fuel;
        self.store.data_mut().refuelled(left, full);
        self.store.set_fuel(full).expect("the engine consumes fuel");
    }

    fn burnt(&self) -> Fuel {
        Fuel(self.fuel - self.left())
    }

    fn peak(&self) -> u64 {
        self.store.data().memory.peak
    }

    fn is_broken(&self) -> bool {
        self.broken
    }

    fn printed(&self) -> [Vec<u8>; 2] {
        self.store.data().output.take()
    }

    fn main(&mut self, source: &str) -> Exit {
        let reply = self.ask(self.exports.main, (source.as_bytes(),));
        match self.candidates_exit(reply) {
            // A whole program may end itself; with zero, or nothing said, it is content.
            Exit::Raised {
                kind,
                message,
                line,
            } if kind == "SystemExit" => match &message[..] {
                "" | "0" | "None" => Exit::Finished,
                other => match other.parse() {
                    Ok(status) => Exit::Exited { status },
                    Err(_) => Exit::Raised {
                        kind,
                        message,
                        line,
                    },
                },
            },
            Exit::Exited { status: 0 } => Exit::Finished,
            exit => exit,
        }
    }

    fn load(&mut self, source: &str) -> Exit {
        let reply = self.ask(self.exports.load, (source.as_bytes(),));
        self.candidates_exit(reply)
    }

    fn answer(&mut self, name: &str, arguments: &[Value]) -> (Exit, Option<Value>) {
        let reply = match self.ask(self.exports.answer, (name, encode_tuple(arguments))) {
            Ok(reply) => reply,
            Err(exit) => return (exit, None),
        };
        match Reply::parse(&reply) {
            Ok(Reply::Ok { value }) => (Exit::Finished, Some(value)),
            Ok(Reply::Syntax { .. }) => {
                let what = "it answered a call as a compiler does".to_owned();
                (Exit::Violation { what }, None)
            }
            Ok(other) => (self.exit_of_reply(other), None),
            Err(what) => (Exit::Violation { what }, None),
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
        _ => Exit::Crashed {
            trap: error.root_cause().to_string(),
        },
    }
}
