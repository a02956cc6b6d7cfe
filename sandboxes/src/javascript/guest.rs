//! One interpreter in its store, and what it does in each of the two roles.

use std::ops::Range;

use wasmtime::{AsContextMut, Global, Instance, Store, Trap, Val};

use super::State;
use super::machine::Machine;
use super::plain::Plain;
use super::programs::Answer;
use crate::interpreted::{self, Instance as _, Role, unjudgeable};
use crate::world::Stop;
use crate::{Exit, Fuel, Limits, Value};

/// One instance in its store.
pub(super) struct Interpreter {
    pub(super) store: Store<State>,
    stack: Global,
    /// Where the stack pointer stands between calls.
    rest: Val,
    /// A full tank.
    fuel: u64,
    /// The largest answer that is taken from a candidate.
    pub(super) answer_bytes: u64,
    /// Whether a call did not return: nothing more can be asked of it.
    pub(super) broken: bool,
    /// How often it was retired.
    pub(super) uses: u32,
}

impl Interpreter {
    pub(super) fn new(mut store: Store<State>, instance: &Instance) -> wasmtime::Result<Self> {
        let functions = super::functions::Functions::of(&mut store, instance)?;
        let stack = functions.stack;
        store.data_mut().functions = Some(functions.into());
        Machine::new(store.as_context_mut()).locate()?;
        let rest = stack.get(&mut store);
        Ok(Self {
            store,
            stack,
            rest,
            fuel: 0,
            answer_bytes: 0,
            broken: false,
            uses: 0,
        })
    }

    pub(super) fn machine(&mut self) -> Machine<'_> {
        Machine::new(self.store.as_context_mut())
    }

    /// Where its memory lies.
    pub(super) fn range(&mut self) -> Range<usize> {
        let machine = self.machine();
        let memory = machine.functions.memory.data(&machine.store);
        let start = memory.as_ptr().expose_provenance();
        start..start + memory.len()
    }

    /// Puts the one global that a call can leave changed back. All else is memory.
    pub(super) fn reset_stack(&mut self) {
        self.stack
            .set(&mut self.store, self.rest)
            .expect("it is of the global's own type");
        self.broken = false;
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

    /// The exit that the guest's end is.
    fn ended(&mut self, error: &wasmtime::Error) -> Exit {
        self.broken = true;
        if let Some(Stop(exit)) = error.downcast_ref::<Stop>() {
            return exit.clone();
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => Exit::OutOfFuel,
            Some(Trap::StackOverflow) => Exit::Raised {
                kind: "RangeError".to_owned(),
                message: "Maximum call stack size exceeded".to_owned(),
                line: 0,
            },
            Some(_) if self.store.data().memory.denied => Exit::OutOfMemory,
            _ => Exit::Crashed {
                trap: error.root_cause().to_string(),
            },
        }
    }

    fn exit(&mut self, exit: wasmtime::Result<Result<(), Exit>>) -> Result<(), Exit> {
        exit.unwrap_or_else(|error| Err(self.ended(&error)))
    }

    /// Calls a function of the loaded program.
    pub(super) fn call(&mut self, name: &str, arguments: &[Plain]) -> Result<Answer, Exit> {
        let budget = self.answer_bytes;
        match self.machine().answer(name, arguments, budget) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(exit)) => Err(exit),
            Err(error) => Err(self.ended(&error)),
        }
    }

    /// Executes the problem's definitions and puts a proxy in place of each name.
    pub(super) fn prepare(&mut self, trusted: &str, proxied: &[String]) -> Result<(), Exit> {
        let prepared = self.machine().prepare(trusted.as_bytes(), proxied);
        self.exit(prepared).map_err(|exit| match exit {
            Exit::Unjudgeable { .. } => exit,
            other => unjudgeable(&format!("{other:?}")),
        })
    }

    /// Runs one case of test code in the judge.
    pub(super) fn test(&mut self, code: &str) -> Exit {
        let run = self.machine().test(code.as_bytes());
        let exit = self.exit(run).err().unwrap_or(Exit::Finished);
        let failure = self.store.data_mut().failure.take();
        match (failure, exit) {
            (Some(message), Exit::Finished | Exit::Exited { .. } | Exit::TestFailed { .. }) => {
                let kind = "AssertionError".to_owned();
                Exit::TestFailed { kind, message }
            }
            // The tests themselves ended the process; the candidate's own end is a `Stop` of the
            // candidate's instance, which is broken then.
            (None, Exit::Exited { status }) if !self.role().candidate().broken => match status {
                0 => Exit::Finished,
                status => Exit::TestFailed {
                    kind: "process.exit".to_owned(),
                    message: status.to_string(),
                },
            },
            (_, exit) => exit,
        }
    }
}

impl interpreted::Instance for Interpreter {
    fn role(&mut self) -> &mut Role<Self> {
        &mut self.store.data_mut().role
    }

    fn refuel(&mut self) {
        let (left, full) = (self.left(), self.fuel);
        let state = self.store.data_mut();
        state.slept += state.fuel_at_start.saturating_sub(left);
        state.fuel_at_start = full;
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
        let run = self.machine().main(source.as_bytes());
        match self.exit(run) {
            Ok(()) | Err(Exit::Exited { status: 0 }) => Exit::Finished,
            Err(exit) => exit,
        }
    }

    fn load(&mut self, source: &str) -> Exit {
        let loaded = self.machine().load(source.as_bytes());
        self.exit(loaded).err().unwrap_or(Exit::Finished)
    }

    fn answer(&mut self, name: &str, arguments: &[Value]) -> (Exit, Option<Value>) {
        let arguments: Result<Vec<_>, _> =
            arguments.iter().cloned().map(Plain::from_value).collect();
        let arguments = match arguments {
            Ok(arguments) => arguments,
            Err(what) => {
                let what = format!("an argument is {what}, which JavaScript does not have");
                return (Exit::Unjudgeable { what }, None);
            }
        };
        match self.call(name, &arguments) {
            Ok(Answer::Returned { value, .. }) => (Exit::Finished, Some(value.into_value())),
            Ok(Answer::Threw(thrown)) => (thrown.exit(self.store.data().memory.denied), None),
            Err(exit) => (exit, None),
        }
    }
}
