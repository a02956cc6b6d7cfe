//! A session with the sandboxes: guests set up, workers started, candidates judged.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::env;
use std::num::NonZeroUsize;

use problems::{Suite, Visibility};
use rayon::prelude::*;
use sandboxes::{
    Cache, Fuel, Go, Guest, Job, Judged, Language, Limits, Pool, PoolConfig, provision,
};

use super::reuse::{Key, Twins};
use super::{Counts, Outcome, Plan, Reuse, Toolchains, budget, languages, selftest};
use sha2::{Digest, Sha256};

use crate::commands::Failure;
use crate::console::Console;

/// How candidates are judged, whatever command asks for it.
#[derive(Clone, Debug)]
pub(crate) struct JudgeOptions {
    /// What a candidate may use. Of its fuel, see the next.
    pub(crate) limits: Limits,
    /// The fuel of each case; where there is none, each problem's reference sets it.
    pub(crate) fuel: Option<Fuel>,
    /// How many workers; one a core unless told.
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Keep only the cases of one visibility.
    pub(crate) only: Option<Visibility>,
    /// Whether equal candidates are judged once.
    pub(crate) reuse: Reuse,
    /// The language of candidates where problems leave it open.
    pub(crate) language: Option<Language>,
}

/// Running workers.
pub(crate) struct Session {
    pool: Pool,
    guests: Vec<Guest>,
    limits: Limits,
    fuel: Option<Fuel>,
    only: Option<Visibility>,
    reuse: Reuse,
    language: Option<Language>,
}

impl Session {
    /// Sets up the guests of these languages if they are not there yet, and starts the workers.
    pub(crate) fn start(
        options: &JudgeOptions,
        languages: &BTreeSet<Language>,
        console: &Console,
    ) -> Result<Self, Failure> {
        let guests = languages.iter().map(|it| set_up(*it, console));
        let guests: Vec<Guest> = guests.collect::<Result<_, _>>()?;
        let workers = options
            .jobs
            .or_else(|| std::thread::available_parallelism().ok());
        let program = env::current_exe().map_err(|error| {
            Failure::cannot_run(format!("cannot find the path of this program: {error}"))
        })?;
        let pool = Pool::start(&PoolConfig {
            workers: workers.map_or(1, NonZeroUsize::get),
            command: vec![program.into(), "worker".into()],
            guests: guests.clone(),
        });
        Ok(Self {
            pool,
            guests,
            limits: options.limits.clone(),
            fuel: options.fuel,
            only: options.only,
            reuse: options.reuse,
            language: options.language,
        })
    }

    /// What judges, by language.
    pub(crate) fn toolchains(&self) -> Toolchains {
        Toolchains::of(&self.guests)
    }

    /// The plans of a suite's problems, in their order, with what their references tell. Whoever
    /// scores passes here, so here is where the self-test stands.
    pub(crate) fn plans(&mut self, suite: &Suite) -> Result<Vec<Plan>, Failure> {
        let limits = Limits {
            fuel: self.fuel.unwrap_or(budget::CEILING),
            ..self.limits.clone()
        };
        let (only, language) = (self.only, self.language);
        let plan = |problem| {
            let language = languages::of_problem(problem, language)?;
            Ok(Plan::new(problem, language, &limits, only))
        };
        let plans: Vec<_> = suite.problems.par_iter().map(plan).collect();
        // The first problem's error, whichever was found first.
        let mut plans: Vec<Plan> = plans.into_iter().collect::<Result<_, Failure>>()?;
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
        let spoken: BTreeSet<Language> = plans.iter().map(Plan::language).collect();
        for language in spoken {
            selftest::ensure(self, language)?;
        }
        let records = self.references(suite, &plans)?;
        for ((plan, problem), record) in plans.iter_mut().zip(&suite.problems).zip(&records) {
            if plan.needs_oracle() {
                let taken = match record {
                    Some(Ok(record)) => plan.take_oracle(record),
                    Some(Err(fault)) => Err(fault.to_string()),
                    None => Err(format!("it brings no reference in {}", plan.language())),
                };
                taken.map_err(|why| {
                    let (id, suite) = (&problem.id, &suite.name);
                    Failure::bad_input(format!(
                        "problem `{id}` of `{suite}` cannot be judged: {why}"
                    ))
                })?;
            }
            let own = problem.budget.and_then(|budget| budget.fuel).map(Fuel);
            plan.set_fuel(self.fuel.or(own).unwrap_or_else(|| {
                let record = record.as_ref().and_then(|record| record.as_ref().ok());
                budget::from_reference(record)
            }));
        }
        make_digests(&plans);
        Ok(plans)
    }

    /// What was observed of each problem's first reference. It is a pure function of the problem and
    /// the guest, so it is kept in the cache.
    fn references(
        &mut self,
        suite: &Suite,
        plans: &[Plan],
    ) -> Result<Vec<Option<Judged>>, Failure> {
        // What a reference in another language burns says nothing of this one.
        let first = |index: usize| {
            let name = plans[index].language().name();
            let references = suite.problems[index].references.iter();
            references.into_iter().find(|it| it.language == name)
        };
        let toolchains = self.toolchains();
        make_digests(plans);
        let mut hasher = Sha256::new();
        for (index, plan) in plans.iter().enumerate() {
            hasher.update(toolchains.toolchain(plan.language()).digest());
            hasher.update(plan.tests_digest());
            hasher.update(format!("{:?}", plan.limits()));
            hasher.update(Sha256::digest(first(index).map_or("", |it| &it.source)));
        }
        let cache = Cache::locate()?;
        let name = format!("references-{:x}", hasher.finalize());
        if let Some(known) = cache
            .read(&name)
            .and_then(|bytes| postcard::from_bytes(&bytes).ok())
        {
            return Ok(known);
        }
        let wanted =
            |plan: &Plan| !plan.is_unjudgeable() && (self.fuel.is_none() || plan.needs_oracle());
        let asked: Vec<(u64, Job)> = (0..plans.len())
            .filter(|index| wanted(&plans[*index]))
            .filter_map(|index| Some((index as u64, plans[index].job(&first(index)?.source))))
            .collect();
        let mut records: Vec<Option<Judged>> = vec![None; plans.len()];
        self.pool.judge(asked, |index, judged| {
            records[usize::try_from(index).expect("an index of a vector")] = Some(judged);
            Go::On
        });
        if records.iter().flatten().all(Result::is_ok) {
            let bytes = postcard::to_stdvec(&records).expect("records have a binary form");
            cache.keep(&name, &bytes);
        }
        Ok(records)
    }

    /// Judges candidates, each a number, its plan and its program; `done` hears of each as it ends
    /// and says whether to go on.
    pub(crate) fn judge<'a>(
        &mut self,
        candidates: impl IntoIterator<Item = (u64, &'a Plan, String)>,
        plan_of: impl Fn(u64) -> &'a Plan,
        mut done: impl FnMut(u64, Outcome) -> Go,
    ) -> Counts {
        self.look(
            candidates,
            plan_of,
            |_| (),
            |number, outcome, ()| done(number, outcome),
        )
    }

    /// The same, and `more` takes from each record what else is wanted of it. What was found for a
    /// candidate is handed on to its twins.
    pub(crate) fn look<'a, T: Clone>(
        &mut self,
        candidates: impl IntoIterator<Item = (u64, &'a Plan, String)>,
        plan_of: impl Fn(u64) -> &'a Plan,
        more: impl Fn(&Judged) -> T,
        mut done: impl FnMut(u64, Outcome, T) -> Go,
    ) -> Counts {
        let twins = RefCell::new(Twins::new(self.reuse));
        let stopped = Cell::new(false);
        let jobs = candidates
            .into_iter()
            .take_while(|_| !stopped.get())
            .filter(|(number, plan, source)| {
                let key = || candidate_key(plan, source);
                twins.borrow_mut().admit(*number, key, source)
            })
            .map(|(number, plan, source)| (number, plan.job(&source)));
        let mut hand_over = |number: u64, outcome: Outcome, more: T| {
            if done(number, outcome, more) == Go::Stop {
                stopped.set(true);
            }
        };
        let mut ended = |number: u64, judged: Judged| {
            let (outcome, more) = (plan_of(number).outcome(&judged), more(&judged));
            twins.borrow_mut().ended(number, &outcome, &more);
            hand_over(number, outcome, more);
            // The borrow must not last: `done` may take long, and jobs are admitted meanwhile.
            let next = || twins.borrow_mut().next_answered();
            while let Some((number, outcome, more)) = next() {
                hand_over(number, outcome, more);
            }
            if stopped.get() { Go::Stop } else { Go::On }
        };
        self.pool.judge(jobs, &mut ended);
        let orphans = twins.borrow_mut().take_orphans();
        if !stopped.get() {
            let again = |(number, source): (u64, String)| (number, plan_of(number).job(&source));
            self.pool.judge(orphans.into_iter().map(again), &mut ended);
        }
        while let Some((number, outcome, more)) = twins.borrow_mut().next_answered() {
            hand_over(number, outcome, more);
        }
        twins.into_inner().counts
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

/// Lets all cores make the digests of the plans' tests, which are asked for one after the other.
fn make_digests(plans: &[Plan]) {
    plans.par_iter().for_each(|plan| {
        plan.tests_digest();
    });
}

/// Stands for a candidate of this session, whose toolchain is the same for all.
fn candidate_key(plan: &Plan, source: &str) -> Key {
    let mut hasher = Sha256::new();
    hasher.update(plan.language().name());
    hasher.update(plan.tests_digest());
    hasher.update(format!("{:?}", plan.limits()));
    hasher.update(source);
    hasher.finalize().into()
}

/// The guest of a language, with a progress bar while it is built.
pub(crate) fn set_up(language: Language, console: &Console) -> Result<Guest, Failure> {
    let cache = Cache::locate()?;
    let steps = console.steps();
    let guest = provision(language, &cache, &|step| steps.show(step))?;
    Ok(guest)
}
