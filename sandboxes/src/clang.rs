//! C and C++: clang compiles in the sandbox, and what it makes runs in another.
//!
//! Tests that are code are compiled into a module of their own, in which the body of the tested
//! function asks the host. So nothing that a candidate's text does to its own compilation, by
//! macros, by definitions of its own or at link time, reaches the tests.
//! What was compiled is kept by its text, by whoever feeds the workers: they can open no file.

mod building;
mod compiler;
mod head;
mod older;
mod sources;
mod sysroot;
mod widen;
mod zeros;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::path::Path;

use self::compiler::Compiler;
use self::sources::{Source, Sources};
use crate::kept::{Kept, Made};
use crate::program::{Linked, Loader, last_line};
use crate::setup::Step;
use crate::toolchain::{self, Runner};
use crate::worker::Judged;
use crate::{Cache, Exit, Fault, Guest, Job, Language, Record, SetupError, Value, compiled};

/// How many compiled programs a worker keeps: the tests of a problem are the same for all of its
/// candidates.
const KEPT: usize = 128;

/// How C and C++ get their guest, which is one.
pub(crate) struct Toolchain(pub(crate) Language);

impl toolchain::Toolchain for Toolchain {
    fn is_set_up_unasked(&self) -> bool {
        false
    }

    fn provision(&self, cache: &Cache, progress: &dyn Fn(Step)) -> Result<Guest, SetupError> {
        building::provision(self.0, cache, progress)
    }

    fn open(&self, compiled: &Path) -> Result<Box<dyn Runner>, Fault> {
        let loader = Loader::new(last_line);
        Ok(Box::new(Clang {
            compiler: building::open(compiled)?,
            loader: loader
                .map_err(|error| Fault::new(format!("cannot start wasmtime: {error:#}")))?,
            kept: RefCell::default(),
            made: RefCell::default(),
        }))
    }

    fn prepare(&self, guest: &Path, _: &[OsString], job: &Job) -> Result<Vec<u8>, Fault> {
        let kept = Kept::of(guest);
        // Why a job cannot be judged is for the worker to say.
        let sources = Sources::of(job).ok();
        let digests = sources.iter().flat_map(Sources::all).map(Source::digest);
        let known: Known = digests
            .filter_map(|digest| kept.read(&digest).map(|made| (digest, made)))
            .collect();
        Ok(postcard::to_stdvec(&known).expect("modules have a binary form"))
    }

    fn keep(&self, guest: &Path, job: &Job, made: &[u8]) {
        let (Ok(sources), Ok(made)) = (Sources::of(job), postcard::from_bytes::<Known>(made))
        else {
            return;
        };
        // A worker has no say but in what its own job is compiled from.
        for digest in sources.all().map(Source::digest) {
            if let Some(made) = made.get(&digest) {
                Kept::of(guest).keep(&digest, made);
            }
        }
    }
}

/// A program, or why there is none.
type Compiled = Result<Linked, Exit>;

/// What was made of sources, by their digests.
type Known = BTreeMap<String, Made>;

/// An open guest.
struct Clang {
    compiler: Compiler,
    loader: Loader,
    /// The latest programs by the digests of their sources, the last one last.
    kept: RefCell<VecDeque<(String, Compiled)>>,
    /// What was compiled for the latest job.
    made: RefCell<Known>,
}

impl Clang {
    /// The program of a source, which may be known from before.
    fn program(&self, source: &Source, known: &Known) -> Result<Compiled, Fault> {
        let digest = source.digest();
        let mut kept = self.kept.borrow_mut();
        if let Some((_, program)) = kept.iter().find(|(it, _)| *it == digest) {
            return Ok(program.clone());
        }
        let module = if let Some(module) = known.get(&digest) {
            module.clone()
        } else {
            let module = self.compiler.module(source)?;
            let mut made = self.made.borrow_mut();
            made.insert(digest.clone(), module.clone());
            module
        };
        let program = module.and_then(|module| self.loader.load(&module));
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((digest, program.clone()));
        Ok(program)
    }
}

impl Runner for Clang {
    fn judge(&self, job: &Job, prepared: &[u8]) -> Judged {
        self.made.borrow_mut().clear();
        let known: Known = postcard::from_bytes(prepared)
            .map_err(|error| Fault::new(format!("what was compiled came damaged: {error}")))?;
        let sources = match Sources::of(job) {
            Ok(sources) => sources,
            Err(what) => return Ok(Record::starting_with(Exit::Unjudgeable { what })),
        };
        let program = self.program(&sources.candidate, &known)?;
        let tests = |case: usize| self.program(&sources.tests[case], &known);
        compiled::judge(job, program, tests, textual)
    }

    fn made(&self) -> Vec<u8> {
        let made = self.made.borrow();
        if made.is_empty() {
            return Vec::new();
        }
        postcard::to_stdvec(&*made).expect("modules have a binary form")
    }

    fn makes_code(&self) -> bool {
        true
    }
}

/// What an answer's bytes are: text where they are UTF-8, as every string of the other languages.
fn textual(value: Value) -> Value {
    let each = |items: Vec<Value>| items.into_iter().map(textual).collect();
    match value {
        Value::Bytes(bytes) => match crate::Text::of_bytes(bytes.clone()) {
            Ok(text) => Value::Str(text),
            Err(_) => Value::Bytes(bytes),
        },
        Value::List(items) => Value::List(each(items)),
        Value::Tuple(items) => Value::Tuple(each(items)),
        Value::Set(items) => Value::Set(each(items)),
        Value::FrozenSet(items) => Value::FrozenSet(each(items)),
        Value::Dict(entries) => Value::Dict(
            entries
                .into_iter()
                .map(|(key, item)| (textual(key), textual(item)))
                .collect(),
        ),
        other => other,
    }
}
