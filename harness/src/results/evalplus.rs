//! The summary file of EvalPlus.

use problems::{Problem, Sample, Suite, Tests};
use serde_json::{Map, Value, json};

use super::{PassAtK, tallies};
use crate::judge::{Outcome, Verdict};

/// The content of `.eval_results.json`. Visible cases are EvalPlus' base tests, hidden ones its
/// plus tests. `date` is that of the samples, so that the same samples give the same bytes.
pub(crate) fn evalplus_results(
    suite: &Suite,
    samples: &[(usize, &Sample)],
    outcomes: &[Outcome],
    ks: &[usize],
    date: &str,
    hash: &str,
) -> Value {
    let mut eval = Map::new();
    for ((problem, sample), outcome) in samples.iter().zip(outcomes) {
        let problem = &suite.problems[*problem];
        let entry = eval
            .entry(problem.id.as_str())
            .or_insert_with(|| Value::Array(Vec::new()));
        let list = entry.as_array_mut().expect("it was made an array");
        list.push(json!({
            "task_id": problem.id,
            "solution": problem.program(&sample.kind),
            "base_status": status(outcome, true),
            "plus_status": status(outcome, false),
            "base_fail_tests": failed(problem, outcome, true),
            "plus_fail_tests": failed(problem, outcome, false),
        }));
    }
    let pass_at_k = |passed: &dyn Fn(&Outcome) -> Option<bool>| {
        let found = samples
            .iter()
            .zip(outcomes)
            .map(|((p, _), outcome)| (*p, passed(outcome)));
        PassAtK::means(&tallies(suite.problems.len(), found), ks)
    };
    json!({
        "date": date,
        "hash": hash,
        "eval": eval,
        "pass_at_k": {
            "base": pass_at_k(&Outcome::passed_visible),
            "plus": pass_at_k(&Outcome::passed),
        },
    })
}

fn status(outcome: &Outcome, visible: bool) -> &'static str {
    let mut cases = outcome.cases.iter().filter(|case| case.visible == visible);
    match cases
        .find(|case| case.verdict != Verdict::Passed)
        .map(|case| case.verdict)
    {
        None if outcome.verdict != Verdict::NotJudged => "pass",
        Some(Verdict::OutOfFuel) => "timeout",
        _ => "fail",
    }
}

/// The inputs of the cases that did not pass.
fn failed(problem: &Problem, outcome: &Outcome, visible: bool) -> Vec<Value> {
    let Tests::Calls { cases, .. } = &problem.tests else {
        return Vec::new();
    };
    let failed = |(_, case): &(_, &crate::judge::CaseOutcome)| {
        case.visible == visible && case.verdict != Verdict::Passed
    };
    let pairs = cases.iter().zip(&outcome.cases).filter(failed);
    pairs
        .map(|(case, _)| Value::Array(case.args.clone()))
        .collect()
}
