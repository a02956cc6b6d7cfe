//! Weak tests: what the reward is allowed to see, so that it can be wrong in a controlled way.
//!
//! A candidate is judged once, on all cases. The reward then sees a part of them (`coverage`), and
//! its label is turned with some probability (`noise`); measurements always see everything. Cases
//! stand weakest first, that is, by how many known-wrong programs they kill: across many problems a
//! random single case is nearly as good as all of them.
//!
//! A case that ends the guest (out of fuel, a crash) leaves those after it unreached, also where the
//! reward sees only the later ones: such a program fails both.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::sections::{one, share};
use crate::Verdict;
use crate::judge::Outcome;

/// What the reward sees of the tests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Tests {
    /// Share of a problem's cases; at least one is kept.
    pub(crate) coverage: f64,
    pub(crate) order: Order,
    /// Probability that a label is turned.
    pub(crate) noise: f64,
    pub(crate) noise_kind: NoiseKind,
    pub(crate) seed: u64,
}

/// Which cases a coverage keeps first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Order {
    /// Those that kill the fewest known-wrong programs.
    #[default]
    Weakest,
    /// In an order drawn for each problem.
    Random,
}

/// What a turned label depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NoiseKind {
    /// The problem and the program: the same program is always mislabelled.
    #[default]
    Fixed,
    /// Each rollout anew.
    Fresh,
}

impl Default for Tests {
    fn default() -> Self {
        Self {
            coverage: 1.0,
            order: Order::default(),
            noise: 0.0,
            noise_kind: NoiseKind::default(),
            seed: one(),
        }
    }
}

/// A rollout, as far as noise is concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Labelled<'a> {
    pub(crate) problem: &'a str,
    pub(crate) program: &'a str,
    pub(crate) step: u64,
    pub(crate) draw: u64,
    pub(crate) rollout: u64,
}

impl Tests {
    pub(super) fn check(&self) -> Result<(), String> {
        share("tests.coverage", self.coverage)?;
        share("tests.noise", self.noise)
    }

    /// Whether the order of the cases matters.
    pub(super) fn needs_strengths(&self) -> bool {
        self.order == Order::Weakest && self.coverage < 1.0
    }

    /// The cases that the reward sees, by index. `strengths` is how many known-wrong programs each
    /// kills; equals keep the problem's own order.
    pub(super) fn kept(&self, problem: &str, strengths: &[usize]) -> Vec<usize> {
        let count = strengths.len();
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a count of cases"
        )]
        // A share of 0.3 of 10 cases is 3 whatever 0.3 is in binary.
        let wanted = (self.coverage * count as f64 - 1e-9).ceil() as usize;
        let mut order: Vec<usize> = (0..count).collect();
        match self.order {
            Order::Weakest => order.sort_by_key(|&case| strengths[case]),
            Order::Random => order.sort_by_key(|&case| {
                let case = case.to_le_bytes();
                hash(&[
                    b"order",
                    &self.seed.to_le_bytes(),
                    problem.as_bytes(),
                    &case,
                ])
            }),
        }
        order.truncate(wanted.max(1));
        order
    }

    /// Whether the label of this rollout is turned.
    pub(super) fn turns(&self, of: &Labelled<'_>) -> bool {
        if self.noise <= 0.0 {
            return false;
        }
        let seed = self.seed.to_le_bytes();
        let word = match self.noise_kind {
            NoiseKind::Fixed => hash(&[
                b"fixed",
                &seed,
                of.problem.as_bytes(),
                b"\0",
                of.program.as_bytes(),
            ]),
            NoiseKind::Fresh => hash(&[
                b"fresh",
                &seed,
                &of.step.to_le_bytes(),
                &of.draw.to_le_bytes(),
                &of.rollout.to_le_bytes(),
            ]),
        };
        // The upper half of the word as a number from 0 to below 1.
        #[allow(clippy::cast_possible_truncation, reason = "32 bits remain")]
        let drawn = f64::from((word >> 32) as u32) / 4_294_967_296.0;
        drawn < self.noise
    }
}

/// The share of the cases that passed.
pub(super) fn share_passed(outcome: &Outcome) -> f64 {
    let passed = outcome.cases.iter();
    let passed = passed.filter(|case| case.verdict == Verdict::Passed);
    #[allow(clippy::cast_precision_loss, reason = "counts of cases")]
    let share = passed.count() as f64 / outcome.cases.len().max(1) as f64;
    share
}

/// A word that depends on all of these.
fn hash(parts: &[&[u8]]) -> u64 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    let digest = hasher.finalize();
    u64::from_le_bytes(digest[..8].try_into().expect("eight bytes"))
}

/// What would have been found if these were the only cases.
pub(super) fn weakened(outcome: &Outcome, kept: &[usize]) -> Outcome {
    if outcome.verdict == Verdict::NotJudged || kept.len() >= outcome.cases.len() {
        return outcome.clone();
    }
    let cases: Vec<_> = kept.iter().map(|&case| outcome.cases[case]).collect();
    let failed = cases.iter().find(|case| case.verdict != Verdict::Passed);
    let verdict = failed.map_or(Verdict::Passed, |case| case.verdict);
    Outcome {
        verdict,
        detail: String::new(),
        cases,
        ..outcome.clone()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sandboxes::Fuel;

    use super::*;
    use crate::judge::CaseOutcome;

    fn outcome(passed: &[bool]) -> Outcome {
        let verdict = |passed: bool| {
            if passed {
                Verdict::Passed
            } else {
                Verdict::WrongAnswer
            }
        };
        let case = |passed: &bool| CaseOutcome {
            verdict: verdict(*passed),
            fuel: Fuel(1),
            visible: false,
        };
        Outcome {
            verdict: verdict(passed.iter().all(|p| *p)),
            detail: String::new(),
            fuel: Fuel(9),
            memory_bytes: 0,
            cases: passed.iter().map(case).collect(),
        }
    }

    fn tests(coverage: f64, order: Order) -> Tests {
        Tests {
            coverage,
            order,
            ..Tests::default()
        }
    }

    #[test]
    fn coverage_keeps_the_weakest_cases_and_at_least_one() {
        let strengths = [3, 0, 2, 0, 5, 1, 1, 4];
        for (coverage, kept) in [
            (0.0, &[1][..]),
            (0.125, &[1]),
            (0.25, &[1, 3]),
            (0.3, &[1, 3, 5]),
            (0.5, &[1, 3, 5, 6]),
        ] {
            assert_eq!(tests(coverage, Order::Weakest).kept("p", &strengths), kept);
        }
        let all = tests(1.0, Order::Weakest).kept("p", &strengths);
        assert_eq!(all.len(), 8);
    }

    #[test]
    fn a_fixed_label_depends_on_the_program_and_a_fresh_one_on_the_rollout() {
        let with = |noise_kind| Tests {
            noise: 0.5,
            noise_kind,
            ..Tests::default()
        };
        let of = |program, rollout| Labelled {
            problem: "p",
            program,
            step: 1,
            draw: 2,
            rollout,
        };
        let programs: Vec<String> = (0..64).map(|i| format!("return {i}")).collect();
        let fixed = with(NoiseKind::Fixed);
        let labels = |rollout| -> Vec<bool> {
            let each = programs.iter().map(|p| fixed.turns(&of(p, rollout)));
            each.collect()
        };
        assert_eq!(labels(1), labels(2));
        assert!(labels(1).contains(&true) && labels(1).contains(&false));
        let fresh = with(NoiseKind::Fresh);
        let labels: Vec<bool> = (0..64).map(|i| fresh.turns(&of("return 1", i))).collect();
        assert!(labels.contains(&true) && labels.contains(&false));
    }

    #[test]
    fn labels_are_turned_as_often_as_the_noise_says() {
        for noise in [0.05, 0.2] {
            let tests = Tests {
                noise,
                ..Tests::default()
            };
            let turned = (0..10_000).filter(|i| {
                tests.turns(&Labelled {
                    problem: "p",
                    program: &i.to_string(),
                    step: 0,
                    draw: 0,
                    rollout: 0,
                })
            });
            let turned = turned.count();
            let share = f64::from(u32::try_from(turned).unwrap()) / 10_000.0;
            assert!((share - noise).abs() < 0.012, "{share}");
        }
    }

    #[test]
    fn what_could_not_be_judged_stays_so() {
        let fault = Outcome::not_judged("a fault".into());
        assert_eq!(weakened(&fault, &[0]), fault);
    }

    proptest! {
        #[test]
        fn more_coverage_keeps_what_less_kept_and_is_never_easier_to_pass(
            cases in proptest::collection::vec((any::<bool>(), 0_usize..5), 1..12),
            less in 0.0..1.0_f64,
            more in 0.0..1.0_f64,
            random in any::<bool>(),
        ) {
            let (less, more) = (less.min(more), less.max(more));
            let order = if random { Order::Random } else { Order::Weakest };
            let strengths: Vec<usize> = cases.iter().map(|(_, s)| *s).collect();
            let passed: Vec<bool> = cases.iter().map(|(p, _)| *p).collect();
            let few = tests(less, order).kept("p", &strengths);
            let many = tests(more, order).kept("p", &strengths);
            prop_assert!(!few.is_empty() && many.starts_with(&few));
            let gold = outcome(&passed);
            let (easy, hard) = (weakened(&gold, &few), weakened(&gold, &many));
            prop_assert!(hard.passed() != Some(true) || easy.passed() == Some(true));
            prop_assert!(gold.passed() != Some(true) || hard.passed() == Some(true));
            prop_assert_eq!(weakened(&gold, &tests(1.0, order).kept("p", &strengths)), gold);
        }
    }
}
