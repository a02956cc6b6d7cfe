//! `rewardsmith check`: every reference of a suite must pass, every known-wrong solution must not.

use problems::{Solution, Suite};
use sandboxes::Go;
use serde_json::json;

use crate::Status;
use crate::commands::Failure;
use crate::console::{Console, Format};
use crate::judge::{JudgeOptions, Outcome, Plan, Session, languages};

/// One solution of the suite with what is claimed of it.
struct Claim<'a> {
    problem: usize,
    solution: &'a Solution,
    right: bool,
}

/// Judges every solution that the suite brings.
pub(crate) fn run(
    suite: &Suite,
    options: &JudgeOptions,
    console: &Console,
) -> Result<Status, Failure> {
    let spoken = languages::of_suite(suite, options.language)?;
    let claims: Vec<Claim<'_>> = suite
        .problems
        .iter()
        .enumerate()
        .flat_map(|(problem, it)| {
            let claim = move |right| {
                move |solution| Claim {
                    problem,
                    solution,
                    right,
                }
            };
            it.references
                .iter()
                .map(claim(true))
                .chain(it.known_wrong.iter().map(claim(false)))
        })
        .filter(|claim| {
            let problem = &suite.problems[claim.problem];
            let own = languages::of_problem(problem, options.language);
            problem.unjudgeable.is_none()
                && own.is_ok_and(|own| own.name() == claim.solution.language)
        })
        .collect();
    if claims.is_empty() {
        return Err(Failure::bad_input(format!(
            "`{}` brings no solutions in {} to check",
            suite.name,
            spoken
                .iter()
                .map(|it| it.name())
                .collect::<Vec<_>>()
                .join(" or "),
        )));
    }
    let mut session = Session::start(options, &spoken, console)?;
    let plans = session.plans(suite)?;
    let plan_of = |number: u64| -> &Plan { &plans[claims[index(number)].problem] };
    let bar = console.bar(claims.len(), "checking");
    let mut outcomes: Vec<Option<Outcome>> = vec![None; claims.len()];
    let candidates = (0..)
        .zip(&claims)
        .map(|(n, claim)| (n, plan_of(n), claim.solution.source.clone()));
    session.judge(candidates, plan_of, |number, outcome| {
        bar.inc(1);
        outcomes[index(number)] = Some(outcome);
        Go::On
    });
    bar.finish_and_clear();

    let mut failed = 0;
    for (claim, outcome) in claims.iter().zip(&outcomes) {
        let outcome = outcome.as_ref().expect("every claim was judged");
        if let Some(what) = contradiction(claim, outcome) {
            failed += 1;
            show(suite, claim, outcome, what, console);
        }
    }
    let count = |right| {
        let held = claims.iter().zip(&outcomes).filter(|(claim, outcome)| {
            let outcome = outcome.as_ref().expect("every claim was judged");
            claim.right == right && outcome.passed() == Some(right)
        });
        (
            held.count(),
            claims.iter().filter(|claim| claim.right == right).count(),
        )
    };
    let ((rejected, wrong), (passed, references)) = (count(false), count(true));
    let unjudgeable: Vec<_> = suite
        .problems
        .iter()
        .filter_map(|it| Some((&it.id, it.unjudgeable.as_ref()?)))
        .collect();
    match console.format {
        Format::Human => {
            for (id, why) in &unjudgeable {
                console.line(format!("{id} cannot be judged: {why}"));
            }
            if wrong > 0 {
                console.line(format!("{rejected} of {wrong} wrong solutions rejected"));
            }
            console.line(format!("{passed} of {references} references pass"));
        }
        Format::Jsonl => console.json(&json!({
            "type": "summary",
            "references": references,
            "passed": passed,
            "wrong_solutions": wrong,
            "rejected": rejected,
            "unjudgeable": unjudgeable.len(),
        })),
    }
    Ok(if failed == 0 {
        Status::Done
    } else {
        Status::Negative
    })
}

/// What is wrong with a claim, if anything is.
fn contradiction(claim: &Claim<'_>, outcome: &Outcome) -> Option<&'static str> {
    match (claim.right, outcome.passed()) {
        (_, None) => Some("could not be judged"),
        (true, Some(false)) => Some("should pass and does not"),
        (false, Some(true)) => Some("should not pass and does"),
        (false, Some(false)) if outcome.passed_visible() != Some(claim.solution.passes_visible) => {
            Some("is declared otherwise on the visible cases")
        }
        _ => None,
    }
}

fn show(suite: &Suite, claim: &Claim<'_>, outcome: &Outcome, what: &str, console: &Console) {
    let id = &suite.problems[claim.problem].id;
    let (name, verdict, detail) = (
        &claim.solution.name,
        outcome.verdict.name(),
        &outcome.detail,
    );
    match console.format {
        Format::Human => console.line(format!("{id}: `{name}` {what}: {verdict} {detail}")),
        Format::Jsonl => console.json(&json!({
            "type": "contradiction",
            "task_id": id,
            "solution": name,
            "what": what,
            "verdict": verdict,
            "detail": detail,
        })),
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("it numbers the entries of a vector")
}
