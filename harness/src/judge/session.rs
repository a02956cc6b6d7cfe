//! A session with the sandboxes: guests set up, workers started, candidates judged.

use std::env;
use std::num::NonZeroUsize;

use problems::{Suite, Visibility};
use sandboxes::{Cache, Go, Guest, Job, Judged, Language, Limits, Pool, PoolConfig, provision};

use super::{Outcome, Plan};
use crate::commands::Failure;
use crate::console::Console;

/// How candidates are judged, whatever command asks for it.
#[derive(Clone, Debug)]
pub(crate) struct JudgeOptions {
    /// What a candidate may use.
    pub(crate) limits: Limits,
    /// How many workers; one a core unless told.
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Keep only the cases of one visibility.
    pub(crate) only: Option<Visibility>,
}

/// Running workers.
pub(crate) struct Session {
    pool: Pool,
    guest: Guest,
    limits: Limits,
    only: Option<Visibility>,
}

impl Session {
    /// Sets up the guests if they are not there yet, and starts the workers.
    pub(crate) fn start(options: &JudgeOptions, console: &Console) -> Result<Self, Failure> {
        let guest = set_up(Language::Python, console)?;
        let workers = options
            .jobs
            .or_else(|| std::thread::available_parallelism().ok());
        let program = env::current_exe().map_err(|error| {
            Failure::cannot_run(format!("cannot find the path of this program: {error}"))
        })?;
        let pool = Pool::start(&PoolConfig {
            workers: workers.map_or(1, NonZeroUsize::get),
            command: vec![program.into(), "worker".into()],
            guests: vec![guest.clone()],
        });
        Ok(Self {
            pool,
            guest,
            limits: options.limits.clone(),
            only: options.only,
        })
    }

    /// A digest of the guest, for whoever wants to know what a record depends on.
    pub(crate) fn guest_digest(&self) -> &str {
        &self.guest.digest
    }

    /// The plans of a suite's problems, in their order. Where expected answers are what a reference
    /// answers, the references run now.
    pub(crate) fn plans(&mut self, suite: &Suite) -> Result<Vec<Plan>, Failure> {
        let mut plans: Vec<_> = suite
            .problems
            .iter()
            .map(|problem| Plan::new(problem, &self.limits, self.only))
            .collect();
        if let Some(empty) = plans.iter().position(Plan::has_no_cases) {
            return Err(Failure::bad_input(format!(
                "problem `{}` of `{}` has no {}; choose other cases or another suite",
                suite.problems[empty].id,
                suite.name,
                match self.only {
                    Some(Visibility::Visible) => "visible cases",
                    Some(Visibility::Hidden) => "hidden cases",
                    None => "cases",
                }
            )));
        }
        let asked: Vec<(u64, Job)> = (0..)
            .zip(suite.problems.iter().zip(&plans))
            .filter(|(_, (_, plan))| plan.needs_oracle())
            .filter_map(|(index, (problem, plan))| {
                problem
                    .references
                    .first()
                    .map(|reference| (index, plan.job(&reference.source)))
            })
            .collect();
        let mut answers = Vec::with_capacity(asked.len());
        self.pool.judge(asked, |index, judged| {
            answers.push((index, judged));
            Go::On
        });
        answers.sort_by_key(|(index, _)| *index);
        for (index, judged) in answers {
            let index = usize::try_from(index).expect("an index of a vector");
            plans[index].take_oracle(judged).map_err(|why| {
                Failure::bad_input(format!(
                    "problem `{}` of `{}` cannot be judged: {why}",
                    suite.problems[index].id, suite.name
                ))
            })?;
        }
        Ok(plans)
    }

    /// Judges candidates, each a number, its plan and its program; `done` hears of each as it ends
    /// and says whether to go on.
    pub(crate) fn judge<'a>(
        &mut self,
        candidates: impl IntoIterator<Item = (u64, &'a Plan, String)>,
        plan_of: impl Fn(u64) -> &'a Plan,
        mut done: impl FnMut(u64, Outcome) -> Go,
    ) {
        let jobs = candidates
            .into_iter()
            .map(|(number, plan, source)| (number, plan.job(&source)));
        self.pool.judge(jobs, |number, judged| {
            done(number, plan_of(number).outcome(&judged))
        });
    }

    /// Runs one job and returns what was observed.
    pub(crate) fn run(&mut self, job: Job) -> Judged {
        let mut found = None;
        self.pool.judge([(0, job)], |_, judged| {
            found = Some(judged);
            Go::On
        });
        found.expect("the pool hands over every job it took")
    }
}

/// The guest of a language, with a progress bar while it is built.
pub(crate) fn set_up(language: Language, console: &Console) -> Result<Guest, Failure> {
    let cache = Cache::locate()?;
    let steps = console.steps();
    let guest = provision(language, &cache, &|step| steps.show(step))?;
    Ok(guest)
}
