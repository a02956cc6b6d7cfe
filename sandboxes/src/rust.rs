//! Rust: the user's own compiler makes WebAssembly, and what it makes runs in the sandbox.
//!
//! The compiler is a native program, so it is not the worker that starts it: whoever feeds the
//! workers does, and each compilation is a confined process of its own. What it made is kept by its
//! text. Tests that are code are a program of their own, in which the body of the tested function
//! asks the host. So nothing that a candidate's text does to its own compilation reaches the tests.

mod building;
mod compiler;
mod confined;
mod panicked;
mod sources;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub(crate) use self::confined::Order;
use self::sources::{Head, Kind};
use crate::kept::Made;
use crate::program::{Linked, Loader};
use crate::setup::Step;
use crate::toolchain::{self, Runner};
use crate::worker::Judged;
use crate::{Cache, Exit, Fault, Guest, Job, SetupError, Task, compiled};

/// How many compiled tests a worker keeps: those of a problem are the same for all of its candidates.
const KEPT: usize = 64;

/// How Rust gets its guest.
pub(crate) struct Toolchain;

impl toolchain::Toolchain for Toolchain {
    /// Only where the user's compiler can make WebAssembly: nobody who judges another language is to
    /// be kept from it.
    fn is_set_up_unasked(&self) -> bool {
        compiler::Compiler::find().is_ok()
    }

    fn provision(&self, cache: &Cache, progress: &dyn Fn(Step)) -> Result<Guest, SetupError> {
        building::provision(cache, progress)
    }

    fn open(&self, _: &Path) -> Result<Box<dyn Runner>, Fault> {
        let loader = Loader::new(panicked::exit);
        Ok(Box::new(Rust {
            loader: loader
                .map_err(|error| Fault::new(format!("cannot start wasmtime: {error:#}")))?,
            kept: RefCell::default(),
        }))
    }

    fn prepare(&self, compiled: &Path, command: &[OsString], job: &Job) -> Result<Vec<u8>, Fault> {
        let workshop = building::open(compiled, command)?;
        let modules = Modules::of(job, |kind, text| {
            workshop.compile(kind, text, job.limits.wall)
        })?;
        Ok(postcard::to_stdvec(&modules).expect("modules have a binary form"))
    }
}

/// What a job's texts were compiled into.
#[derive(Serialize, Deserialize)]
struct Modules {
    /// Of the candidate's program.
    candidate: Made,
    /// Of each case's test code.
    tests: Vec<Vec<u8>>,
}

impl Modules {
    fn of(job: &Job, compile: impl Fn(Kind, &str) -> Result<Made, Fault>) -> Result<Self, Fault> {
        let candidate = |made| Self {
            candidate: made,
            tests: Vec::new(),
        };
        match &job.task {
            Task::Run { .. } => Ok(candidate(compile(Kind::Command, &job.source)?)),
            Task::Call { entry_point, .. } => {
                let text = sources::serving(&job.source, entry_point);
                Ok(candidate(compile(Kind::Reactor, &text)?))
            }
            Task::Test {
                trusted,
                proxied,
                cases,
            } => {
                let unjudgeable = |what| Ok(candidate(Err(Exit::Unjudgeable { what })));
                let head = match &proxied[..] {
                    [name] => Head::of(trusted, name),
                    _ => Err("the tests are not of one function".to_owned()),
                };
                let head = match head {
                    Ok(head) => head,
                    Err(what) => return unjudgeable(what),
                };
                let text = sources::serving(&job.source, &head.name);
                let mut modules = candidate(compile(Kind::Reactor, &text)?);
                if modules.candidate.is_err() {
                    return Ok(modules);
                }
                for case in cases {
                    let text = sources::asking(trusted, &head, case);
                    match compile(Kind::Command, &text)? {
                        Ok(module) => modules.tests.push(module),
                        Err(exit) => {
                            return unjudgeable(format!("the tests do not compile: {exit:?}"));
                        }
                    }
                }
                Ok(modules)
            }
        }
    }
}

/// An open guest: what runs programs, since the compiler is elsewhere.
struct Rust {
    loader: Loader,
    /// The latest tests, the last one last.
    kept: RefCell<VecDeque<(Vec<u8>, Linked)>>,
}

impl Rust {
    /// The program of a module of tests, which is likely to be the one before.
    fn tests(&self, module: &[u8]) -> Result<Linked, Exit> {
        let mut kept = self.kept.borrow_mut();
        if let Some((_, program)) = kept.iter().rfind(|(known, _)| known == module) {
            return Ok(program.clone());
        }
        let program = self.loader.load(module)?;
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((module.to_vec(), program.clone()));
        Ok(program)
    }
}

impl Runner for Rust {
    fn judge(&self, job: &Job, prepared: &[u8]) -> Judged {
        let modules: Modules = postcard::from_bytes(prepared)
            .map_err(|error| Fault::new(format!("what was compiled came damaged: {error}")))?;
        let program = modules.candidate.and_then(|it| self.loader.load(&it));
        let tests = |case: usize| Ok(self.tests(&modules.tests[case]));
        compiled::judge(job, program, tests, |value| value)
    }

    fn makes_code(&self) -> bool {
        true
    }
}
