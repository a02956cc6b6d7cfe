//! `rewardsmith demo`: the main job on the problems that come with the program.

use problems::load;
use sandboxes::Go;

use crate::commands::Failure;
use crate::console::{Console, Format};
use crate::judge::{JudgeOptions, Outcome, Session, languages};
use crate::results::{Found, Summary, table};
use crate::{RewardSpec, Status};

/// The suite it scores.
const SUITE: &str = "builtin:core";

/// Solutions in this language are scored: its guest is the one that is always there.
const DEMONSTRATED: &str = "python";

/// Scores the suite's right and wrong solutions.
pub(crate) fn run(options: &JudgeOptions, console: &Console) -> Result<Status, Failure> {
    let suite = load(SUITE, None)?;
    let mut session = Session::start(options, &languages::of_suite(&suite, None)?, console)?;
    let plans = session.plans(&suite)?;
    for (title, right) in [
        ("reference solutions", true),
        ("known-wrong solutions", false),
    ] {
        let solutions: Vec<(usize, &str)> = suite
            .problems
            .iter()
            .enumerate()
            .flat_map(|(index, problem)| {
                let of = if right {
                    &problem.references
                } else {
                    &problem.known_wrong
                };
                of.iter()
                    .filter(|it| it.language == DEMONSTRATED)
                    .map(move |solution| (index, &solution.source[..]))
            })
            .collect();
        let bar = console.bar(solutions.len(), "judging");
        let start = std::time::Instant::now();
        let mut outcomes: Vec<(u64, Outcome)> = Vec::with_capacity(solutions.len());
        let at = |number: u64| usize::try_from(number).expect("it numbers the entries of a vector");
        let plan_of = |number: u64| &plans[solutions[at(number)].0];
        let candidates = (0..)
            .zip(&solutions)
            .map(|(n, (_, source))| (n, plan_of(n), (*source).to_owned()));
        let counts = session.judge(candidates, plan_of, |number, outcome| {
            bar.inc(1);
            outcomes.push((number, outcome));
            Go::On
        });
        bar.finish_and_clear();
        let summary = Summary::of(&Found {
            problems: suite.problems.len(),
            outcomes: outcomes
                .iter()
                .map(|(n, outcome)| (solutions[at(*n)].0, outcome))
                .collect(),
            unwrapped: 0,
            counts,
            wall_s: start.elapsed().as_secs_f64(),
            ks: &[1],
            reward: &RewardSpec::default(),
        });
        match console.format {
            Format::Human => {
                console.line(format!("The {title} of `{SUITE}`:\n{}\n", table(&summary)));
            }
            Format::Jsonl => console.json(&summary),
        }
    }
    Ok(Status::Done)
}
