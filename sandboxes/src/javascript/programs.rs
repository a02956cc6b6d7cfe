//! Programs in an interpreter: what loads them, runs them and calls their functions, and what they
//! throw.

use super::handle::Handle;
use super::machine::{Kind, Known, Machine, Origin, Thrown};
use super::plain::{Plain, Unread};
use crate::Exit;
use crate::interpreted::{Role, unjudgeable};

/// What a call into a candidate came to.
pub(super) enum Answer {
    Returned {
        value: Plain,
        /// The arguments as the call left them, if it changed any.
        changed: Option<Vec<Plain>>,
    },
    Threw(Exception),
}

/// What was thrown, as the prelude describes it.
#[derive(Clone, Debug)]
pub(super) struct Exception {
    pub(super) kind: String,
    /// The nearest built-in type, empty for what is no error.
    pub(super) builtin: String,
    pub(super) message: String,
    line: u32,
    /// The thrown value itself, where that is plain.
    pub(super) value: Option<Plain>,
}

impl Exception {
    pub(super) fn exit(&self, memory_denied: bool) -> Exit {
        // With no memory left for the error, the interpreter throws null.
        if memory_denied && (self.kind == "InternalError" || self.kind == "null") {
            return Exit::OutOfMemory;
        }
        Exit::Raised {
            kind: self.kind.clone(),
            message: self.message.clone(),
            line: self.line,
        }
    }
}

/// Longer texts than the prelude's own limit come only from a candidate that forged them.
const TEXT_BYTES_MAX: u64 = 4096;

/// How a program ended, where it did not come to its end; the outer error ends the guest.
type Ended = wasmtime::Result<Result<(), Exit>>;

/// `Ok` carries on, a thrown value is raised.
macro_rules! or_raise {
    ($machine:expr, $outcome:expr) => {
        match $outcome {
            Ok(value) => value,
            Err(thrown) => return Ok(Err($machine.raised(thrown)?)),
        }
    };
}

impl Machine<'_> {
    pub(super) fn load(&mut self, source: &[u8]) -> Ended {
        match self.compiled(source, Whole::No)? {
            Ok(program) => self.begin(program),
            Err(exit) => Ok(Err(exit)),
        }
    }

    pub(super) fn main(&mut self, source: &[u8]) -> Ended {
        let program = match self.compiled(source, Whole::Yes)? {
            Ok(program) => program,
            Err(exit) => return Ok(Err(exit)),
        };
        if let Err(exit) = self.begin(program)? {
            return Ok(Err(exit));
        }
        if let Err(exit) = self.go_on()? {
            return Ok(Err(exit));
        }
        let status = or_raise!(self, self.call_known(Known::Exiting, &[])?);
        // What `await` at its top waits for did not come; Node has a status for that.
        let waiting = match self.store.data().module {
            Some((_, promise)) => self.promise(promise)?.0 == 0,
            None => false,
        };
        let status = match status.payload().cast_signed() & 0xff {
            0 if waiting => 13,
            status => status,
        };
        Ok(if status == 0 {
            Ok(())
        } else {
            Err(Exit::Exited { status })
        })
    }

    /// Compiles a program as what it is: a script, or else a module, or, where it is not to be
    /// called, what Node makes of a file, the body of a function.
    fn compiled(&mut self, source: &[u8], whole: Whole) -> wasmtime::Result<Result<Program, Exit>> {
        let script = match self.compile(source, Kind::Script, Origin::Program)? {
            Ok(code) => return Ok(Ok(Program::Script(code))),
            Err(thrown) => thrown,
        };
        let module = match self.compile(source, Kind::Module, Origin::Program)? {
            Ok(code) => return Ok(Ok(Program::Module(code))),
            Err(thrown) => thrown,
        };
        if whole == Whole::Yes {
            let body = [b"(function () {", source, b"\n})"].concat();
            if let Ok(code) = self.compile(&body, Kind::Script, Origin::Program)? {
                return Ok(Ok(Program::Body(code)));
            }
        }
        let is_module = source
            .split(|byte| *byte == b'\n')
            .any(|line| line.starts_with(b"import ") || line.starts_with(b"export "));
        let thrown = if is_module { module } else { script };
        Ok(Err(match self.raised(thrown)? {
            Exit::Raised {
                kind,
                message,
                line,
            } => Exit::NotCompiled {
                message: format!("{kind}: {message}"),
                line,
            },
            exit => exit,
        }))
    }

    /// Runs a program's own statements, and the promises that they leave.
    fn begin(&mut self, program: Program) -> Ended {
        match program {
            Program::Script(code) => {
                or_raise!(self, self.run(code)?);
            }
            Program::Body(code) => {
                let function = or_raise!(self, self.run(code)?);
                or_raise!(self, self.call(function, &[])?);
            }
            Program::Module(code) => {
                let promise = or_raise!(self, self.run(code)?);
                let functions = self.functions.clone();
                let parameters = (self.places.context, code.payload());
                let namespace = functions.namespace.call(&mut self.store, parameters)?;
                self.store.data_mut().module = Some((Handle(namespace), promise));
                or_raise!(self, self.drain()?);
                if let (2, reason) = self.promise(promise)? {
                    return Ok(Err(self.raised(Thrown(reason))?));
                }
            }
        }
        self.settle()
    }

    /// The state of a promise and its result: 0 is pending, 2 rejected.
    fn promise(&mut self, promise: Handle) -> wasmtime::Result<(i32, Handle)> {
        let functions = self.functions.clone();
        let parameters = (self.places.context, promise.0);
        let state = functions.promise_state.call(&mut self.store, parameters)?;
        let result = functions.promise_result.call(&mut self.store, parameters)?;
        Ok((state, Handle(result)))
    }

    /// Runs promise jobs; a rejection that nobody handled is raised.
    fn settle(&mut self) -> Ended {
        or_raise!(self, self.drain()?);
        let first = self.store.data().rejections.first().copied();
        if let Some((_, _, reason)) = first {
            self.store.data_mut().rejections.clear();
            let reason = Thrown(Handle(self.read_u64(reason)?));
            return Ok(Err(self.raised(reason)?));
        }
        Ok(Ok(()))
    }

    /// Runs timers and whatever waits for input, until nothing does.
    fn go_on(&mut self) -> Ended {
        while or_raise!(self, self.call_known(Known::Tick, &[])?) == Handle::bool(true) {
            if let Err(exit) = self.settle()? {
                return Ok(Err(exit));
            }
        }
        Ok(Ok(()))
    }

    /// What a global name stands for, however it was declared; names in a module's exports first.
    fn find(&mut self, name: &str) -> wasmtime::Result<Result<Handle, Exit>> {
        let unknown = |kind: &str, message: String| {
            let kind = kind.to_owned();
            Exit::Raised {
                kind,
                message,
                line: 0,
            }
        };
        let undefined = || unknown("ReferenceError", format!("the program defines no `{name}`"));
        if !is_path(name) {
            return Ok(Err(undefined()));
        }
        let code = match self.store.data().module {
            Some((namespace, _)) => {
                let source = format!("(module) => module.{name}");
                match self.compile(source.as_bytes(), Kind::Script, Origin::Guest)? {
                    Ok(code) => match self.run(code)? {
                        Ok(getter) => self.call(getter, &[namespace])?,
                        Err(thrown) => Err(thrown),
                    },
                    Err(thrown) => Err(thrown),
                }
            }
            None => match self.compile(name.as_bytes(), Kind::Script, Origin::Guest)? {
                Ok(code) => self.run(code)?,
                Err(thrown) => Err(thrown),
            },
        };
        let functions = self.functions.clone();
        Ok(match code {
            Err(_) | Ok(Handle::UNDEFINED) => Err(undefined()),
            Ok(function) => {
                let parameters = (self.places.context, function.0);
                if functions.is_function.call(&mut self.store, parameters)? == 0 {
                    let message = format!("`{name}` is not a function");
                    Err(unknown("TypeError", message))
                } else {
                    Ok(function)
                }
            }
        })
    }

    pub(super) fn answer(
        &mut self,
        name: &str,
        arguments: &[Plain],
        budget: u64,
    ) -> wasmtime::Result<Result<Answer, Exit>> {
        let function = match self.find(name)? {
            Ok(function) => function,
            Err(exit) => return Ok(Err(exit)),
        };
        let mut handles = Vec::with_capacity(arguments.len());
        for argument in arguments {
            handles.push(self.make(argument)?);
        }
        let returned = match self.call(function, &handles)? {
            Ok(returned) => returned,
            Err(thrown) => {
                let exception = self.describe(thrown)?;
                let denied = self.store.data().memory.denied;
                return Ok(match exception.exit(denied) {
                    Exit::OutOfMemory => Err(Exit::OutOfMemory),
                    _ => Ok(Answer::Threw(exception)),
                });
            }
        };
        // What it answers is what it was when the call returned; its jobs come after.
        let value = match self.read_answer(returned, budget)? {
            Ok(value) => value,
            Err(exit) => return Ok(Err(exit)),
        };
        if let Err(exit) = self.settle()? {
            return Ok(Err(exit));
        }
        let mut changed = None;
        if arguments.iter().any(Plain::is_container) {
            let mut now = Vec::with_capacity(arguments.len());
            for handle in &handles {
                match self.read_answer(*handle, budget)? {
                    Ok(plain) => now.push(plain),
                    Err(exit) => return Ok(Err(exit)),
                }
            }
            if !now.iter().zip(arguments).all(|(now, then)| now.same(then)) {
                changed = Some(now);
            }
        }
        for handle in handles {
            self.free(handle)?;
        }
        self.free(returned)?;
        Ok(Ok(Answer::Returned { value, changed }))
    }

    fn read_answer(&mut self, value: Handle, budget: u64) -> wasmtime::Result<Result<Plain, Exit>> {
        match self.plain(value, budget) {
            Ok(plain) => Ok(Ok(plain)),
            Err(Unread::Guest(error)) => Err(error),
            Err(Unread::Large) => Ok(Err(Exit::OutputLimit)),
            Err(Unread::Opaque(what)) => Ok(Err(Exit::Violation {
                what: format!("it answered {what}"),
            })),
        }
    }

    pub(super) fn prepare(&mut self, trusted: &[u8], proxied: &[String]) -> Ended {
        if let Err(exit) = self.load(trusted)? {
            return Ok(Err(exit));
        }
        for name in proxied {
            let text = self.new_text(name.as_bytes())?;
            let proxy = or_raise!(self, self.call_known(Known::Proxy, &[text])?);
            // A constant of the problem's own under this name would hide the proxy, and the tests
            // would judge that.
            if self.find(name)? != Ok(proxy) {
                return Ok(Err(unjudgeable(&format!("it defines `{name}` itself"))));
            }
        }
        Ok(Ok(()))
    }

    pub(super) fn test(&mut self, code: &[u8]) -> Ended {
        let code = match self.compile(code, Kind::Script, Origin::Program)? {
            Ok(code) => code,
            Err(thrown) => {
                let exception = self.describe(thrown)?;
                let what = format!("{}: {}", exception.kind, exception.message);
                return Ok(Err(unjudgeable(&what)));
            }
        };
        if let Err(thrown) = self.run(code)? {
            return Ok(Err(self.failed(thrown)?));
        }
        match self.settle()? {
            Ok(()) => self.go_on(),
            Err(exit) => Ok(Err(exit)),
        }
    }

    /// The exit that something thrown is: in the judge, its own failure or the candidate's.
    fn raised(&mut self, thrown: Thrown) -> wasmtime::Result<Exit> {
        if matches!(self.store.data().role, Role::Judge(_)) {
            return self.failed(thrown);
        }
        let exception = self.describe(thrown)?;
        Ok(exception.exit(self.store.data().memory.denied))
    }

    fn failed(&mut self, thrown: Thrown) -> wasmtime::Result<Exit> {
        let theirs = self.call_known(Known::IsCandidates, &[thrown.0])?;
        if let (Ok(theirs), Some(blamed)) = (theirs, self.store.data().blamed.clone())
            && theirs == Handle::bool(true)
        {
            return Ok(blamed);
        }
        let exception = self.describe(thrown)?;
        Ok(Exit::TestFailed {
            kind: exception.kind,
            message: exception.message,
        })
    }

    fn describe(&mut self, thrown: Thrown) -> wasmtime::Result<Exception> {
        let unknown = Exception {
            kind: "Error".to_owned(),
            builtin: "Error".to_owned(),
            message: "<it cannot be described>".to_owned(),
            line: 0,
            value: None,
        };
        let Ok(list) = self.call_known(Known::Describe, &[thrown.0])? else {
            return Ok(unknown);
        };
        let fields = match self.plain(list, TEXT_BYTES_MAX) {
            Ok(Plain::Array(fields)) => fields,
            Err(Unread::Guest(error)) => return Err(error),
            _ => return Ok(unknown),
        };
        let [
            Plain::Text(kind),
            Plain::Text(builtin),
            Plain::Text(message),
            Plain::Number(line),
        ] = &fields[..]
        else {
            return Ok(unknown);
        };
        let value = if builtin.as_bytes().is_empty() {
            match self.plain(thrown.0, TEXT_BYTES_MAX) {
                Ok(value) => Some(value),
                Err(Unread::Guest(error)) => return Err(error),
                Err(_) => None,
            }
        } else {
            None
        };
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a line that is none saturates"
        )]
        Ok(Exception {
            kind: kind.lossy().into_owned(),
            builtin: builtin.lossy().into_owned(),
            message: message.lossy().into_owned(),
            line: *line as u32,
            value,
        })
    }
}

/// Whether a program is only run, and not called afterwards.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    No,
}

/// A compiled program.
#[derive(Clone, Copy)]
enum Program {
    Script(Handle),
    Module(Handle),
    Body(Handle),
}

/// Whether a name is an identifier, or some with dots between.
fn is_path(name: &str) -> bool {
    name.split('.').all(|part| {
        let mut letters = part.chars();
        let begins = |letter: char| letter.is_alphabetic() || letter == '_' || letter == '$';
        letters.next().is_some_and(begins)
            && letters.all(|letter| begins(letter) || letter.is_numeric())
    })
}
