//! Which cases the reward sees: how many known-wrong programs of its problem each case kills, as the
//! sandbox finds it, decides.
//!
//! It is a pure function of the problems and the guest, so it is kept in the cache. A problem without
//! known-wrong programs has cases of strength 0, which keep their order.

use std::sync::atomic::{AtomicBool, Ordering};

use problems::Suite;
use sandboxes::{Cache, Go};
use sha2::{Digest, Sha256};

use super::weak::Tests;
use crate::Verdict;
use crate::commands::Failure;
use crate::console::Console;
use crate::judge::{Plan, Session};

/// The cases of each problem that the reward sees; `None` where `stop` was set before the end.
pub(super) fn kept_cases(
    tests: &Tests,
    session: &mut Session,
    suite: &Suite,
    plans: &[Plan],
    stop: &AtomicBool,
    console: &Console,
) -> Result<Option<Vec<Vec<usize>>>, Failure> {
    let all = if tests.needs_strengths() {
        let found = strengths(session, suite, plans, stop, console)?;
        let Some(found) = found else {
            return Ok(None);
        };
        found
    } else {
        let cases = |problem: &problems::Problem| vec![0; problem.tests.len()];
        suite.problems.iter().map(cases).collect()
    };
    let each = suite.problems.iter().zip(&all);
    let kept = each.map(|(problem, strengths)| tests.kept(problem.id.as_str(), strengths));
    Ok(Some(kept.collect()))
}

/// The strengths of each problem's cases, in order.
fn strengths(
    session: &mut Session,
    suite: &Suite,
    plans: &[Plan],
    stop: &AtomicBool,
    console: &Console,
) -> Result<Option<Vec<Vec<usize>>>, Failure> {
    let toolchains = session.toolchains();
    let mut hasher = Sha256::new();
    for (problem, plan) in suite.problems.iter().zip(plans) {
        hasher.update(toolchains.toolchain(plan.language()).digest());
        hasher.update(plan.tests_digest());
        hasher.update(format!("{:?}", plan.limits()));
        for wrong in &problem.known_wrong {
            hasher.update(Sha256::digest(&wrong.source));
        }
    }
    let cache = Cache::locate()?;
    let name = format!("strengths-{:x}", hasher.finalize());
    let known = cache.read(&name);
    if let Some(known) = known.and_then(|bytes| postcard::from_bytes(&bytes).ok()) {
        return Ok(Some(known));
    }
    let of_problem = |(index, problem): (usize, &problems::Problem)| {
        let wrong = problem.known_wrong.iter();
        wrong
            .map(|wrong| (index, wrong.source.clone()))
            .collect::<Vec<_>>()
    };
    let programs: Vec<(usize, String)> = suite
        .problems
        .iter()
        .enumerate()
        .flat_map(of_problem)
        .collect();
    let bar = console.bar(programs.len(), "known-wrong programs");
    let mut strengths: Vec<Vec<usize>> = suite
        .problems
        .iter()
        .map(|problem| vec![0; problem.tests.len()])
        .collect();
    let at = |number: u64| {
        let number = usize::try_from(number).expect("it numbers the entries of a vector");
        programs[number].0
    };
    let jobs = (0..).zip(&programs);
    let jobs = jobs.map(|(number, (problem, source))| (number, &plans[*problem], source.clone()));
    let mut judged = 0;
    session.judge(
        jobs,
        |number| &plans[at(number)],
        |number, outcome| {
            bar.inc(1);
            judged += 1;
            for (strength, case) in strengths[at(number)].iter_mut().zip(&outcome.cases) {
                *strength += usize::from(case.verdict != Verdict::Passed);
            }
            if stop.load(Ordering::Relaxed) {
                Go::Stop
            } else {
                Go::On
            }
        },
    );
    bar.finish_and_clear();
    if judged < programs.len() {
        return Ok(None);
    }
    let bytes = postcard::to_stdvec(&strengths).expect("numbers have a binary form");
    cache.keep(&name, &bytes);
    Ok(Some(strengths))
}
