//! One driver for the languages that are compiled: it runs the programs that were made of a job's
//! texts, and notes what is seen.

use crate::program::{Candidate, Linked, case, goes_on};
use crate::worker::Judged;
use crate::{Exit, Fault, Fuel, Job, Record, Task, Value};

/// Judges a candidate. `tests` gives the program of a case's test code, or why there is none; `read`
/// is how the language's values are understood.
pub(crate) fn judge(
    job: &Job,
    program: Result<Linked, Exit>,
    tests: impl Fn(usize) -> Result<Result<Linked, Exit>, Fault>,
    read: fn(Value) -> Value,
) -> Judged {
    let mut record = Record::starting_with(Exit::Finished);
    if let Task::Run { stdin } = &job.task {
        match program {
            Ok(program) => program.run(&job.limits, stdin, &mut record)?,
            Err(exit) => {
                let first = stdin.first().map(|_| case(exit, None, Fuel(0)));
                record.cases.extend(first);
            }
        }
        return Ok(record);
    }
    let program = match program {
        Ok(program) => program,
        Err(exit) => return Ok(Record::starting_with(exit)),
    };
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
    tests: impl Fn(usize) -> Result<Result<Linked, Exit>, Fault>,
    record: &mut Record,
) -> Result<Candidate, Fault> {
    for number in 0..cases {
        let program = match tests(number)? {
            Ok(program) => program,
            Err(exit) => {
                let what = format!("the tests do not compile: {exit:?}");
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
