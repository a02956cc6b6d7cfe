//! Judging in a language with an interpreter: programs are loaded and called.
//!
//! An instance is either a candidate's, which holds the program, or the judge's, which holds the tests
//! and behind them the candidate's instance. A language says how an instance is made and asked; the
//! order in which that happens is the same for all and stands here.

use crate::worker::Judged;
use crate::{CaseRecord, Exit, Fault, Fuel, Job, Limits, Record, Task, Value};

/// What an instance's calls to the other one find there.
pub(crate) enum Role<I> {
    /// A candidate: nothing, and it may not ask.
    Candidate,
    /// The judge: the candidate.
    Judge(Box<I>),
}

impl<I> Role<I> {
    /// The candidate behind a judge.
    pub(crate) fn candidate(&mut self) -> &mut I {
        match self {
            Self::Judge(candidate) => candidate,
            Self::Candidate => unreachable!("only a judge is asked for its candidate"),
        }
    }

    /// Takes it out of the judge.
    pub(crate) fn part(&mut self) -> I {
        match std::mem::replace(self, Self::Candidate) {
            Self::Judge(candidate) => *candidate,
            Self::Candidate => unreachable!("only a judge is asked for its candidate"),
        }
    }
}

/// A language's open guest.
pub(crate) trait Interpreted {
    type Instance: Instance;

    /// A problem's tests, ready to be executed.
    type Tests<'a>;

    /// An instance at its beginning.
    fn start(
        &self,
        limits: &Limits,
        stdin: Vec<u8>,
        role: Role<Self::Instance>,
    ) -> Result<Self::Instance, Fault>;

    /// Takes an instance that is done with.
    fn retire(&self, instance: Self::Instance);

    /// Reads a problem's definitions and cases.
    fn read_tests<'a>(
        &self,
        limits: &Limits,
        trusted: &'a str,
        cases: &'a [String],
    ) -> Result<Self::Tests<'a>, Fault>;

    /// Executes a problem's definitions in the judge and puts a proxy in place of each name; the error
    /// is why nothing can be judged.
    fn prepare(
        judge: &mut Self::Instance,
        tests: &Self::Tests<'_>,
        proxied: &[String],
    ) -> Result<(), Exit>;

    /// Runs one case in a judge that was prepared.
    fn test(judge: &mut Self::Instance, tests: &Self::Tests<'_>, case: usize) -> Exit;
}

/// An interpreter under way.
pub(crate) trait Instance: Sized {
    fn role(&mut self) -> &mut Role<Self>;

    /// Fills the tank for the next case.
    fn refuel(&mut self);

    /// What was burnt since the tank was filled.
    fn burnt(&self) -> Fuel;

    /// The most memory it held.
    fn peak(&self) -> u64;

    /// Whether a call did not return: nothing more can be asked of it.
    fn is_broken(&self) -> bool;

    /// Takes what was printed, standard output and standard error.
    fn printed(&self) -> [Vec<u8>; 2];

    /// Runs a whole program.
    fn main(&mut self, source: &str) -> Exit;

    /// Loads a program that is to be called.
    fn load(&mut self, source: &str) -> Exit;

    /// Calls a function of the loaded program.
    fn answer(&mut self, entry_point: &str, arguments: &[Value]) -> (Exit, Option<Value>);

    /// The record of a case that ended.
    fn case(&self, exit: Exit, answer: Option<Value>) -> CaseRecord {
        // What a function prints while it solves is bounded, and nobody reads it.
        self.printed();
        CaseRecord {
            exit,
            answer,
            stdout: Vec::new(),
            stderr: Vec::new(),
            fuel: self.burnt(),
        }
    }
}

/// Judges one candidate.
pub(crate) fn judge<G: Interpreted>(guest: &G, job: &Job) -> Judged {
    match &job.task {
        Task::Run { stdin } => run(guest, job, stdin),
        Task::Call {
            entry_point,
            arguments,
            parameters: _,
        } => calls(guest, job, entry_point, arguments),
        Task::Test {
            trusted,
            proxied,
            cases,
        } => tests(guest, job, trusted, proxied, cases),
    }
}

fn run<G: Interpreted>(guest: &G, job: &Job, inputs: &[Vec<u8>]) -> Judged {
    let mut record = Record {
        load: Exit::Finished,
        load_fuel: Fuel(0),
        cases: Vec::with_capacity(inputs.len()),
        memory_bytes: 0,
    };
    for input in inputs {
        let mut instance = guest.start(&job.limits, input.clone(), Role::Candidate)?;
        let exit = instance.main(&job.source);
        let [stdout, stderr] = instance.printed();
        record.memory_bytes = record.memory_bytes.max(instance.peak());
        let fuel = instance.burnt();
        let compiled = !matches!(exit, Exit::NotCompiled { .. });
        record.cases.push(CaseRecord {
            exit,
            answer: None,
            stdout,
            stderr,
            fuel,
        });
        guest.retire(instance);
        if !compiled {
            break;
        }
    }
    Ok(record)
}

/// An instance with the candidate's program in it, and what is known so far.
fn load<G: Interpreted>(guest: &G, job: &Job) -> Result<(G::Instance, Record), Fault> {
    let mut instance = guest.start(&job.limits, Vec::new(), Role::Candidate)?;
    let load = instance.load(&job.source);
    instance.printed();
    let record = Record {
        load,
        load_fuel: instance.burnt(),
        cases: Vec::new(),
        memory_bytes: instance.peak(),
    };
    Ok((instance, record))
}

fn calls<G: Interpreted>(guest: &G, job: &Job, entry_point: &str, cases: &[Vec<Value>]) -> Judged {
    let (mut candidate, mut record) = load(guest, job)?;
    if record.load == Exit::Finished {
        for arguments in cases {
            candidate.refuel();
            let (exit, answer) = candidate.answer(entry_point, arguments);
            let alive = exit.leaves_the_guest_alive() && !candidate.is_broken();
            record.cases.push(candidate.case(exit, answer));
            if !alive {
                break;
            }
        }
    }
    record.memory_bytes = candidate.peak();
    guest.retire(candidate);
    Ok(record)
}

fn tests<G: Interpreted>(
    guest: &G,
    job: &Job,
    trusted: &str,
    proxied: &[String],
    cases: &[String],
) -> Judged {
    let tests = guest.read_tests(&job.limits, trusted, cases)?;
    let (candidate, mut record) = load(guest, job)?;
    if record.load != Exit::Finished {
        guest.retire(candidate);
        return Ok(record);
    }
    let role = Role::Judge(Box::new(candidate));
    let mut judge = guest.start(&job.limits, Vec::new(), role)?;
    let prepared = G::prepare(&mut judge, &tests, proxied);
    for case in 0..cases.len() {
        judge.refuel();
        judge.role().candidate().refuel();
        let exit = match &prepared {
            Ok(()) => G::test(&mut judge, &tests, case),
            Err(exit) => exit.clone(),
        };
        let broken = judge.is_broken();
        let candidate = judge.role().candidate();
        let alive = exit.leaves_the_guest_alive() && !broken && !candidate.is_broken();
        record.cases.push(candidate.case(exit, None));
        if !alive {
            break;
        }
    }
    let candidate = judge.role().part();
    record.memory_bytes = candidate.peak();
    guest.retire(candidate);
    guest.retire(judge);
    Ok(record)
}

/// The exit of a case that the problem itself keeps from being judged.
pub(crate) fn unjudgeable(what: &str) -> Exit {
    Exit::Unjudgeable {
        what: format!("the problem's own code fails: {what}"),
    }
}
