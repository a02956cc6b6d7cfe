//! `rewardsmith eval`: samples in, verdicts, pass@k and files out.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

use problems::{Format as ProblemFormat, Sample, Samples, Suite, Visibility};
use sandboxes::Go;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::commands::Failure;
use crate::console::{Console, Format};
use crate::judge::{Counts, JudgeOptions, Outcome, Plan, Session, Toolchains, languages};
use crate::results::{
    Asked, Found, Journal, Outputs, RecordLine, Summary, evalplus_results, record, table,
    write_atomically,
};
use crate::{RewardSpec, Status};

/// The k of pass@k where none is asked for.
const DEFAULT_KS: [usize; 3] = [1, 10, 100];

/// What to evaluate.
pub(crate) struct Request<'a> {
    pub(crate) suite: &'a Suite,
    /// How the problems were named, and their format if that was given.
    pub(crate) problems: (&'a str, Option<ProblemFormat>),
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

    let options = JudgeOptions {
        language: languages::of_samples(&samples, request.options.language)?,
        ..request.options.clone()
    };
    let spoken = languages::of_suite(suite, options.language)?;
    let mut session = Session::start(&options, &spoken, console)?;
    let plans = session.plans(suite)?;
    // The input is known to be good by now: only now is anything written.
    let outputs = Outputs::of(request.samples, request.out);
    if let Some(folder) = request.out {
        fs::create_dir_all(folder).map_err(|error| Failure::write(folder, &error))?;
    }
    let asked = asked(request);
    let evaluation = Evaluation {
        request,
        attempts: &attempts,
        plans: &plans,
        asked: &asked,
        toolchains: session.toolchains(),
    };
    let digest = evaluation.digest();
    let (mut journal, mut known) = Journal::open(&outputs.journal, &digest, attempts.len())?;

    if journal.damaged() > 0 {
        console.note(format!(
            "{}: {} damaged lines are passed over; their candidates are judged again",
            journal.path().display(),
            journal.damaged()
        ));
    }
    let start = Instant::now();
    let counts = evaluation.judge(&mut session, &mut journal, &mut known, console)?;
    let wall_s = start.elapsed().as_secs_f64();
    let Some(outcomes) = known.into_iter().collect::<Option<Vec<Outcome>>>() else {
        console.note(format!(
            "interrupted: what was judged is in `{}`; run the same command to go on",
            journal.path().display()
        ));
        return Ok(Status::Interrupted);
    };

    let records = outcomes.iter().enumerate();
    let records = records.map(|(index, outcome)| evaluation.record(index, outcome));
    outputs.write(&samples.rows, &outcomes, records)?;
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
        counts,
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
    asked: &'a Asked,
    toolchains: Toolchains,
}

impl Evaluation<'_> {
    /// The problem of a candidate, what it is judged by, and its program.
    fn candidate(&self, index: usize) -> (&Plan, String) {
        let (problem, sample) = self.attempts[index];
        let problem = &self.request.suite.problems[problem];
        let plan = &self.plans[self.attempts[index].0];
        let program = problem.program_in(plan.language().name(), &sample.kind);
        (plan, program)
    }

    /// The record of a candidate.
    fn record<'b>(&'b self, index: usize, outcome: &'b Outcome) -> RecordLine<'b> {
        let (plan, program) = self.candidate(index);
        let depends_on = self.toolchains.depends_on(plan, &program);
        let sample = self.attempts[index].1;
        record(sample, outcome, self.request.reward, self.asked, depends_on)
    }

    /// Everything that the results depend on.
    fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        for index in 0..self.attempts.len() {
            let (plan, program) = self.candidate(index);
            hasher.update(self.attempts[index].0.to_le_bytes());
            hasher.update(self.toolchains.depends_on(plan, &program).digest());
        }
        format!("{:x}", hasher.finalize())
    }

    /// Judges every candidate that is not known yet, and notes each in the journal as it ends.
    fn judge(
        &self,
        session: &mut Session,
        journal: &mut Journal,
        known: &mut [Option<Outcome>],
        console: &Console,
    ) -> Result<Counts, Failure> {
        let stop = stop_on_interrupt();
        let bar = console.bar(known.len(), "judging");
        bar.set_position(known.iter().flatten().count() as u64);
        bar.reset_eta();
        let todo: Vec<usize> = (0..known.len())
            .filter(|index| known[*index].is_none())
            .collect();
        let plan_of = |number: u64| &self.plans[self.attempts[index(number)].0];
        let candidates = todo.into_iter().map(|index| {
            let (plan, program) = self.candidate(index);
            (index as u64, plan, program)
        });
        let mut failed = None;
        let counts = session.judge(candidates, plan_of, |number, outcome| {
            bar.inc(1);
            if failed.is_none() {
                failed = journal.add(number, &outcome).err();
            }
            if console.format == Format::Jsonl {
                console.json(&self.record(index(number), &outcome));
            }
            known[index(number)] = Some(outcome);
            if failed.is_some() || stop.load(Ordering::Relaxed) {
                Go::Stop
            } else {
                Go::On
            }
        });
        bar.finish_and_clear();
        failed.map_or(Ok(counts), Err)
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

/// What was asked for, as the records repeat it.
fn asked(request: &Request<'_>) -> Asked {
    let (problems, problem_format) = request.problems;
    let options = &request.options;
    Asked {
        problems: problems.to_owned(),
        problem_format,
        samples: request.samples.to_owned(),
        reward: request.reward.to_string(),
        fuel: options.fuel.map(|fuel| fuel.0),
        memory_bytes: options.limits.memory_bytes,
        visible_only: options.only == Some(Visibility::Visible),
    }
}

/// The day and minute of the samples, in EvalPlus' form.
fn date_of(samples: &Path) -> String {
    let modified = fs::metadata(samples).and_then(|data| data.modified());
    let date = OffsetDateTime::from(modified.unwrap_or(SystemTime::UNIX_EPOCH));
    date.format(format_description!("[year]-[month]-[day] [hour]:[minute]"))
        .expect("a date has all of these parts")
}
