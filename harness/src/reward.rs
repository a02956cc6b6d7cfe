//! Rewards: numbers computed from a stored outcome, so that one run serves every kind of reward.
//!
//! Each is a pure function with values from 0 to 1. A candidate that could not be judged has no
//! reward, whatever the kind: a fault of ours must never look like one of the candidate's.
//!
//! | verdict of the candidate | binary | compiles | fraction, weighted | fuel |
//! |---|---|---|---|---|
//! | `passed` | 1 | 1 | 1 | 0.5 to 1, higher the less it burnt |
//! | `compile_error` | 0 | 0 | 0 | 0 |
//! | any other failure | 0 | 1 | share of the cases that passed | 0 |
//! | `not_judged` | null | null | null | null |

use std::fmt;
use std::str::FromStr;

use sandboxes::Fuel;

use crate::Verdict;
use crate::judge::Outcome;

/// A sum of kinds of reward with weights, as `0.9*binary+0.1*compiles`.
#[derive(Clone, Debug, PartialEq)]
pub struct RewardSpec {
    terms: Vec<(f64, Kind)>,
}

/// One kind of reward.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// 1 for a candidate that passes all cases.
    Binary,
    /// The share of cases that passed.
    Fraction,
    /// The same with hidden cases counting this many times as much as visible ones.
    Weighted { hidden: f64 },
    /// 1 for a candidate that compiles.
    Compiles,
    /// For a candidate that passes: 1 for burning nothing, 0.5 for burning this much.
    Fuel { half: Fuel },
}

/// What `fuel` takes as its half-way mark where none is given: some ten milliseconds.
const HALF: Fuel = Fuel(100_000_000);

/// How much more a hidden case counts in `weighted` where nothing is given.
const HIDDEN: f64 = 4.0;

impl Default for RewardSpec {
    /// `binary`, the 0/1 reward of the tests.
    fn default() -> Self {
        Self {
            terms: vec![(1.0, Kind::Binary)],
        }
    }
}

impl RewardSpec {
    /// The reward of an outcome; `None` where it could not be judged.
    pub(crate) fn of(&self, outcome: &Outcome) -> Option<f64> {
        outcome.passed()?;
        Some(
            self.terms
                .iter()
                .map(|(weight, kind)| weight * kind.of(outcome))
                .sum(),
        )
    }
}

impl Kind {
    fn of(self, outcome: &Outcome) -> f64 {
        let truth = |holds: bool| f64::from(u8::from(holds));
        let passed = outcome.verdict == Verdict::Passed;
        match self {
            Self::Binary => truth(passed),
            Self::Compiles => truth(outcome.verdict != Verdict::CompileError),
            Self::Fraction => share(outcome, 1.0),
            Self::Weighted { hidden } => share(outcome, hidden),
            Self::Fuel { half } if passed => {
                #[allow(clippy::cast_precision_loss, reason = "a ratio of amounts of fuel")]
                let ratio = outcome.fuel.0 as f64 / half.0 as f64;
                0.5 + 0.5 / (1.0 + ratio)
            }
            Self::Fuel { .. } => 0.0,
        }
    }
}

/// The share of cases that passed, a hidden one counting `hidden` times.
fn share(outcome: &Outcome, hidden: f64) -> f64 {
    if outcome.cases.is_empty() {
        return f64::from(u8::from(outcome.verdict == Verdict::Passed));
    }
    let weight = |visible: bool| if visible { 1.0 } else { hidden };
    let all: f64 = outcome.cases.iter().map(|case| weight(case.visible)).sum();
    let passed = outcome
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Passed);
    let passed: f64 = passed.map(|case| weight(case.visible)).sum();
    passed / all
}

impl FromStr for RewardSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let terms = text.split('+').map(|term| {
            let (weight, kind) = match term.split_once('*') {
                Some((weight, kind)) => {
                    let weight = weight.trim().parse().ok().filter(|it: &f64| it.is_finite());
                    (
                        weight.ok_or_else(|| format!("`{term}` has no number before its `*`"))?,
                        kind,
                    )
                }
                None => (1.0, term),
            };
            Ok((weight, kind.trim().parse()?))
        });
        Ok(Self {
            terms: terms.collect::<Result<_, String>>()?,
        })
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, parameter) = match text.split_once(':') {
            Some((name, parameter)) => (name, Some(parameter)),
            None => (text, None),
        };
        let number = |default: f64| match parameter.map(str::parse) {
            None => Ok(default),
            Some(Ok(number)) if f64::is_finite(number) && number > 0.0 => Ok(number),
            Some(_) => Err(format!("`{text}` needs a number above 0 behind its `:`")),
        };
        match name {
            "binary" => Ok(Self::Binary),
            "fraction" => Ok(Self::Fraction),
            "weighted" => Ok(Self::Weighted {
                hidden: number(HIDDEN)?,
            }),
            "compiles" => Ok(Self::Compiles),
            "fuel" => {
                #[allow(clippy::cast_precision_loss, reason = "a default far below 2^52")]
                let half = number(HALF.0 as f64)?;
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "the number is positive, and a fraction of a unit is nothing"
                )]
                Ok(Self::Fuel {
                    half: Fuel(half.max(1.0) as u64),
                })
            }
            _ => Err(format!(
                "unknown reward `{name}`; known are binary, fraction, weighted[:HIDDEN], compiles, \
                 fuel[:HALF], and sums of them with weights, as `0.9*binary+0.1*compiles`"
            )),
        }
    }
}

impl fmt::Display for RewardSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (weight, kind)) in self.terms.iter().enumerate() {
            let plus = if index == 0 { "" } else { "+" };
            let kind = match kind {
                Kind::Binary => "binary".to_owned(),
                Kind::Fraction => "fraction".to_owned(),
                Kind::Weighted { hidden } => format!("weighted:{hidden}"),
                Kind::Compiles => "compiles".to_owned(),
                Kind::Fuel { half } => format!("fuel:{}", half.0),
            };
            match weight {
                1.0 => write!(formatter, "{plus}{kind}")?,
                weight => write!(formatter, "{plus}{weight}*{kind}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::judge::CaseOutcome;

    fn outcome(verdict: Verdict, cases: &[(Verdict, bool)], fuel: u64) -> Outcome {
        let cases = cases.iter().map(|(verdict, visible)| CaseOutcome {
            verdict: *verdict,
            fuel: Fuel(0),
            visible: *visible,
        });
        Outcome {
            verdict,
            detail: String::new(),
            fuel: Fuel(fuel),
            memory_bytes: 0,
            cases: cases.collect(),
        }
    }

    fn reward(spec: &str, outcome: &Outcome) -> Option<f64> {
        spec.parse::<RewardSpec>().unwrap().of(outcome)
    }

    const KINDS: [&str; 5] = ["binary", "fraction", "weighted", "compiles", "fuel"];

    #[test]
    fn the_table_of_the_docs_holds() {
        use Verdict::{CompileError, NotJudged, OutOfFuel, Passed};
        let half = [(Passed, true), (OutOfFuel, false)];
        for (verdict, cases, expected) in [
            (
                Passed,
                [(Passed, true), (Passed, false)],
                [1.0, 1.0, 1.0, 1.0, 0.75],
            ),
            (
                CompileError,
                [(CompileError, true), (CompileError, false)],
                [0.0; 5],
            ),
            (OutOfFuel, half, [0.0, 0.5, 0.2, 1.0, 0.0]),
        ] {
            let outcome = outcome(verdict, &cases, HALF.0);
            for (kind, expected) in KINDS.iter().zip(expected) {
                let found = reward(kind, &outcome).unwrap();
                assert!(
                    (found - expected).abs() < 1e-12,
                    "{verdict:?} {kind}: {found}"
                );
            }
        }
        let fault = outcome(NotJudged, &half, 0);
        assert_eq!(KINDS.map(|kind| reward(kind, &fault)), [None; 5]);
    }

    #[test]
    fn a_sum_weighs_its_terms_and_writes_itself_back() {
        let spec: RewardSpec = "0.9*binary + 0.1*compiles".parse().unwrap();
        let wrong = outcome(Verdict::WrongAnswer, &[], 0);
        assert_eq!(spec.of(&wrong), Some(0.1));
        assert_eq!(spec.to_string().parse(), Ok(spec));
    }

    #[test]
    fn what_is_no_reward_is_refused_with_the_list_of_those_there_are() {
        for text in ["", "bin", "x*binary", "weighted:0", "fuel:-1", "binary+"] {
            assert!(text.parse::<RewardSpec>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_reward_is_from_0_to_1_and_grows_with_the_cases_that_pass(
            passed in proptest::collection::vec((any::<bool>(), any::<bool>()), 1..20),
            fuel in any::<u64>(),
            place in any::<prop::sample::Index>(),
        ) {
            let judged = |passed: &[(bool, bool)]| {
                let verdict = |holds| if holds { Verdict::Passed } else { Verdict::WrongAnswer };
                let cases: Vec<_> = passed.iter().map(|(p, v)| (verdict(*p), *v)).collect();
                outcome(verdict(passed.iter().all(|(passed, _)| *passed)), &cases, fuel)
            };
            let mut better = passed.clone();
            better[place.index(passed.len())].0 = true;
            for kind in KINDS {
                let (less, more) =
                    (reward(kind, &judged(&passed)).unwrap(), reward(kind, &judged(&better)).unwrap());
                prop_assert!((0.0..=1.0).contains(&less), "{kind} {less}");
                prop_assert!(less <= more, "{kind} {less} {more}");
            }
        }
    }
}
