//! `rewardsmith eval`: samples in, verdicts, pass@k and files out.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

use problems::{Format as ProblemFormat, Sample, Samples, Suite};
use sandboxes::Go;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::commands::Failure;
use crate::console::{Console, Format};
use crate::judge::{JudgeOptions, Outcome, Plan, Session};
use crate::results::write_atomically;
use crate::results::{Found, Journal, Outputs, Summary, evalplus_results, record, table};
use crate::{RewardSpec, Status};

/// The k of pass@k where none is asked for.
const DEFAULT_KS: [usize; 3] = [1, 10, 100];

/// What to evaluate.
pub(crate) struct Request<'a> {
    pub(crate) suite: &'a Suite,
    pub(crate) samples: &'a Path,
    /// Empty for the usual ones.
    pub(crate) ks: &'a [usize],
    pub(crate) out: Option<&'a Path>,
    pub(crate) allow_missing: bool,
    /// The reward that the records and the summary carry.
    pub(crate) reward: &'a RewardSpec,
    pub(crate) options: JudgeOptions,
}

/// Evaluates.
pub(crate) fn run(request: &Request<'_>, console: &Console) -> Result<Status, Failure> {
    let suite = request.suite;
    let samples = Samples::load(request.samples, suite)?;
    let attempts = attempts(suite, &samples)?;
    let ks = check_counts(request, &attempts)?;

    let mut session = Session::start(&request.options, console)?;
    let plans = session.plans(suite)?;
    // The input is known to be good by now: only now is anything written.
    let outputs = Outputs::of(request.samples, request.out);
    if let Some(folder) = request.out {
        fs::create_dir_all(folder).map_err(|error| Failure::write(folder, &error))?;
    }
    let digest = digest(&plans, &attempts, suite, session.guest_digest());
    let (mut journal, mut known) = Journal::open(&outputs.journal, &digest, attempts.len())?;

    let start = Instant::now();
    let judged_now = known.iter().filter(|outcome| outcome.is_none()).count();
    let evaluation = Evaluation {
        request,
        attempts: &attempts,
        plans: &plans,
    };
    evaluation.judge(&mut session, &mut journal, &mut known, console)?;
    let wall_s = start.elapsed().as_secs_f64();
    let Some(outcomes) = known.into_iter().collect::<Option<Vec<Outcome>>>() else {
        console.note(format!(
            "interrupted: what was judged is in `{}`; run the same command to go on",
            journal.path().display()
        ));
        return Ok(Status::Interrupted);
    };

    outputs.write(&samples.rows, &outcomes, request.reward)?;
    if suite.format == ProblemFormat::EvalPlus {
        let date = date_of(request.samples);
        let file = evalplus_results(suite, &attempts, &outcomes, &ks, &date, &digest);
        let text = serde_json::to_vec(&file).expect("our own records are JSON");
        write_atomically(&outputs.evalplus, &text)?;
    }
    journal.finish()?;
    let summary = Summary::of(&Found {
        problems: suite.problems.len(),
        outcomes: attempts
            .iter()
            .map(|(problem, _)| *problem)
            .zip(&outcomes)
            .collect(),
        unwrapped: samples
            .rows
            .iter()
            .filter(|sample| sample.unwrapped)
            .count(),
        judged_now,
        wall_s,
        reward: request.reward,
        ks: &ks,
    });
    match console.format {
        Format::Human => {
            console.line(table(&summary));
            console.note(format!("results in {}", outputs.results.display()));
        }
        Format::Jsonl => console.json(&summary),
    }
    Ok(if summary.not_judged() > 0 {
        Status::NotJudged
    } else {
        Status::Done
    })
}

/// Each sample with the index of its problem.
fn attempts<'a>(suite: &Suite, samples: &'a Samples) -> Result<Vec<(usize, &'a Sample)>, Failure> {
    let index_of: std::collections::HashMap<_, _> = suite
        .problems
        .iter()
        .enumerate()
        .map(|(index, problem)| (&problem.id, index))
        .collect();
    let find = |sample: &'a Sample| {
        let index = index_of.get(&sample.task).copied();
        index.map(|index| (index, sample)).ok_or_else(|| {
            Failure::bad_input(format!("no problem `{}` in `{}`", sample.task, suite.name))
        })
    };
    samples.rows.iter().map(find).collect()
}

/// Every problem must be attempted, and often enough for every k that was asked for.
fn check_counts(
    request: &Request<'_>,
    attempts: &[(usize, &Sample)],
) -> Result<Vec<usize>, Failure> {
    let mut counts = vec![0; request.suite.problems.len()];
    for (problem, _) in attempts {
        counts[*problem] += 1;
    }
    let missing: Vec<_> = (counts.iter().zip(&request.suite.problems))
        .filter(|(count, _)| **count == 0)
        .map(|(_, problem)| &problem.id)
        .collect();
    if let (Some(first), false) = (missing.first(), request.allow_missing) {
        return Err(Failure::bad_input(format!(
            "{}: {} of {} problems have no sample, `{first}` first; add them, or score what is \
             there with `--allow-missing`",
            request.samples.display(),
            missing.len(),
            counts.len(),
        )));
    }
    let attempted = counts
        .iter()
        .zip(&request.suite.problems)
        .filter(|(count, _)| **count > 0);
    let (fewest, problem) = attempted
        .min_by_key(|(count, _)| **count)
        .expect("a file without samples is refused");
    if let Some(k) = request.ks.iter().find(|k| **k > *fewest) {
        return Err(Failure::bad_input(format!(
            "{}: pass@{k} needs {k} samples of every problem, and `{}` has {fewest}; give a \
             smaller `-k`",
            request.samples.display(),
            problem.id,
        )));
    }
    Ok(if request.ks.is_empty() {
        DEFAULT_KS.to_vec()
    } else {
        request.ks.to_vec()
    })
}

/// The candidates of an evaluation and how to judge them.
struct Evaluation<'a> {
    request: &'a Request<'a>,
    /// Each sample with the index of its problem.
    attempts: &'a [(usize, &'a Sample)],
    plans: &'a [Plan],
}

impl Evaluation<'_> {
    /// Judges every candidate that is not known yet, and notes each in the journal as it ends.
    fn judge(
        &self,
        session: &mut Session,
        journal: &mut Journal,
        known: &mut [Option<Outcome>],
        console: &Console,
    ) -> Result<(), Failure> {
        let stop = stop_on_interrupt();
        let bar = console.bar(known.len(), "judging");
        bar.set_position(known.iter().flatten().count() as u64);
        bar.reset_eta();
        let todo: Vec<usize> = (0..known.len())
            .filter(|index| known[*index].is_none())
            .collect();
        let plan_of = |number: u64| &self.plans[self.attempts[index(number)].0];
        let candidates = todo.into_iter().map(|index| {
            let (problem, sample) = self.attempts[index];
            let source = self.request.suite.problems[problem].program(&sample.kind);
            (index as u64, &self.plans[problem], source)
        });
        let mut failed = None;
        session.judge(candidates, plan_of, |number, outcome| {
            bar.inc(1);
            if failed.is_none() {
                failed = journal.add(number, &outcome).err();
            }
            if console.format == Format::Jsonl {
                let sample = self.attempts[index(number)].1;
                console.json(&record(sample, &outcome, self.request.reward));
            }
            known[index(number)] = Some(outcome);
            if failed.is_some() || stop.load(Ordering::Relaxed) {
                Go::Stop
            } else {
                Go::On
            }
        });
        bar.finish_and_clear();
        failed.map_or(Ok(()), Err)
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("it numbers the entries of a vector")
}

/// A flag that the first Ctrl-C sets; the second ends the process at once.
pub(crate) fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let set = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(Status::Interrupted as i32);
        }
    });
    // Without a handler Ctrl-C ends the process, which loses nothing either.
    drop(set);
    stop
}

/// Everything that the results depend on.
fn digest(plans: &[Plan], attempts: &[(usize, &Sample)], suite: &Suite, guest: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(env!("CARGO_PKG_VERSION"));
    hasher.update(guest);
    for plan in plans {
        hasher.update(plan.digest());
    }
    for (problem, sample) in attempts {
        hasher.update(problem.to_le_bytes());
        hasher.update(Sha256::digest(
            suite.problems[*problem].program(&sample.kind),
        ));
    }
    format!("{:x}", hasher.finalize())
}

/// The day and minute of the samples, in EvalPlus' form.
fn date_of(samples: &Path) -> String {
    let modified = fs::metadata(samples).and_then(|data| data.modified());
    let date = OffsetDateTime::from(modified.unwrap_or(SystemTime::UNIX_EPOCH));
    date.format(format_description!("[year]-[month]-[day] [hour]:[minute]"))
        .expect("a date has all of these parts")
}
