//! One driver for the languages that are compiled: it runs the programs that were made of a job's
//! texts, and notes what is seen.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::kept::Made;
use crate::program::{Candidate, GaveUp, Linked, Loader, case, goes_on};
use crate::toolchain::Runner;
use crate::worker::Judged;
use crate::{Exit, Fault, Fuel, Job, Record, Task, Value, native};

/// What a job's texts were compiled into.
#[derive(Serialize, Deserialize)]
pub(crate) struct Modules {
    /// Of the candidate's program.
    candidate: Made,
    /// Of each case's test code.
    tests: Vec<Vec<u8>>,
}

impl Modules {
    /// None: the job cannot be judged.
    pub(crate) fn unjudgeable(what: String) -> Self {
        Self {
            candidate: Err(Exit::Unjudgeable { what }),
            tests: Vec::new(),
        }
    }

    /// Those of a candidate and its tests, which are asked for one after the other and only as far as
    /// they are of use.
    pub(crate) fn of(
        candidate: Made,
        tests: impl IntoIterator<Item = Result<Made, Fault>>,
    ) -> Result<Self, Fault> {
        let mut modules = Self {
            candidate,
            tests: Vec::new(),
        };
        if modules.candidate.is_err() {
            return Ok(modules);
        }
        for made in tests {
            match made? {
                Ok(module) => modules.tests.push(module),
                Err(exit) => {
                    let what = format!("the tests do not compile: {exit:?}");
                    return Ok(Self::unjudgeable(what));
                }
            }
        }
        Ok(modules)
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).expect("modules have a binary form")
    }
}

/// How many programs of tests a worker keeps: those of a problem are the same for all of its
/// candidates.
const KEPT: usize = 64;

/// What runs compiled programs.
pub(crate) struct Programs {
    loader: Loader,
    /// How the language's values are understood.
    read: fn(Value) -> Value,
    /// The latest tests, the last one last.
    kept: RefCell<VecDeque<(Vec<u8>, Linked)>>,
}

impl Programs {
    pub(crate) fn open(gave_up: GaveUp, read: fn(Value) -> Value) -> Result<Self, Fault> {
        let loader = Loader::new(gave_up);
        Ok(Self {
            loader: loader
                .map_err(|error| Fault::new(format!("cannot start wasmtime: {error:#}")))?,
            read,
            kept: RefCell::default(),
        })
    }

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

impl Runner for Programs {
    fn judge(&self, job: &Job, prepared: &[u8]) -> Judged {
        let modules: Modules = postcard::from_bytes(prepared)
            .map_err(|error| Fault::new(format!("what was compiled came damaged: {error}")))?;
        let program = modules.candidate.and_then(|module| {
            let slow = || refused(job, too_slow());
            native::bounded(CODE_TIME_MAX, slow, || self.loader.load(&module))
        });
        let tests = |case: usize| self.tests(&modules.tests[case]);
        judge(job, program, tests, self.read)
    }

    fn makes_code(&self) -> bool {
        true
    }
}

/// The processor time that machine code of a candidate may take to make. A program of a few hundred
/// lines takes a tenth of a second; blocks and variables without number take minutes.
const CODE_TIME_MAX: Duration = Duration::from_secs(10);

fn too_slow() -> Exit {
    Exit::NotCompiled {
        message: format!(
            "it takes more than {} s of processor time to make machine code of it",
            CODE_TIME_MAX.as_secs()
        ),
        line: 0,
    }
}

/// What is found of a candidate of which there is no program, for this reason.
fn refused(job: &Job, exit: Exit) -> Record {
    let Task::Run { stdin } = &job.task else {
        return Record::starting_with(exit);
    };
    let mut record = Record::starting_with(Exit::Finished);
    let first = stdin.first().map(|_| case(exit, None, Fuel(0)));
    record.cases.extend(first);
    record
}

/// Judges a candidate. `tests` gives the program of a case's test code, or why there is none.
fn judge(
    job: &Job,
    program: Result<Linked, Exit>,
    tests: impl Fn(usize) -> Result<Linked, Exit>,
    read: fn(Value) -> Value,
) -> Judged {
    let program = match program {
        Ok(program) => program,
        Err(exit) => return Ok(refused(job, exit)),
    };
    let mut record = Record::starting_with(Exit::Finished);
    if let Task::Run { stdin } = &job.task {
        program.run(&job.limits, stdin, &mut record)?;
        return Ok(record);
    }
    let (mut candidate, load) = program.candidate(&job.limits)?;
    record.load_fuel = candidate.burnt();
    record.load = load;
    if record.load == Exit::Finished {
        match &job.task {
            Task::Run { .. } => unreachable!("that was done above"),
            Task::Call { arguments, .. } => candidate.answers(arguments, read, &mut record),
            Task::Test { cases, .. } => {
                candidate = test(job, candidate, cases.len(), tests, &mut record)?;
            }
        }
    }
    record.memory_bytes = candidate.memory_bytes();
    Ok(record)
}

fn test(
    job: &Job,
    mut candidate: Candidate,
    cases: usize,
    tests: impl Fn(usize) -> Result<Linked, Exit>,
    record: &mut Record,
) -> Result<Candidate, Fault> {
    for number in 0..cases {
        let program = match tests(number) {
            Ok(program) => program,
            Err(exit) => {
                let what = format!("the tests do not load: {exit:?}");
                *record = Record::starting_with(Exit::Unjudgeable { what });
                break;
            }
        };
        candidate.refuel();
        let (exit, back) = program.test(&job.limits, candidate)?;
        candidate = back;
        let alive = goes_on(&exit);
        record.cases.push(case(exit, None, candidate.burnt()));
        if !alive {
            break;
        }
    }
    Ok(candidate)
}
