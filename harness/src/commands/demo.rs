//! `rewardsmith demo`: the main job on the problems that come with the program. It scores solutions,
//! trains a small model by imitation and then on two kinds of rewards, and shows what came of it.

use std::path::Path;

use problems::load;
use sandboxes::Go;

use crate::ablate::Shard;
use crate::commands::{Failure, ablate, report};
use crate::console::{Console, Format};
use crate::judge::{JudgeOptions, Outcome, Session, languages};
use crate::results::{Found, Summary, table};
use crate::{RewardSpec, Status};

/// The suite it scores.
const SUITE: &str = "builtin:core";

/// Solutions in this language are scored: its guest is the one that is always there.
const DEMONSTRATED: &str = "python";

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// Long enough for the model to learn something.
    Whole,
    /// Every part, too short to show more than that it runs.
    Quick,
}

impl Length {
    fn ablation(self) -> &'static str {
        match self {
            Self::Whole => "builtin:compare-tiny",
            Self::Quick => "builtin:compare-quick",
        }
    }
}

/// Scores, trains, compares and reports.
pub(crate) fn run(
    length: Length,
    out: Option<&Path>,
    options: &JudgeOptions,
    console: &Console,
) -> Result<Status, Failure> {
    score(options, console)?;
    console.note(
        "\ntraining the tiny model: by imitation, then on rewards of tests and of a reward model",
    );
    let default = Path::new("runs").join(match length {
        Length::Whole => "demo",
        Length::Quick => "demo-quick",
    });
    let out = out.unwrap_or(&default);
    let made = ablate::make(
        length.ablation(),
        out,
        Shard::WHOLE,
        options.clone(),
        console,
    )?;
    if made.is_none() {
        return Ok(Status::Interrupted);
    }
    report::run(&[out.to_owned()], None, console)
}

/// Scores the suite's right and wrong solutions.
fn score(options: &JudgeOptions, console: &Console) -> Result<(), Failure> {
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
    Ok(())
}
