//! What to ask of the sandbox for one problem, and how to read its answers.

use std::io::{BufWriter, Write};
use std::sync::OnceLock;

use problems::{
    CallCase, Comparison, Expected, Problem, Signature, StdioCase, Tests, Type, Visibility,
};
use sandboxes::{CaseRecord, Exit, Fuel, Job, Judged, Language, Limits, Record, Task, Value};

use serde::Serialize;
use sha2::digest::Output;
use sha2::{Digest, Sha256};

use super::compare::{Comparer, within};
use super::convert::{sandbox_type, typed, untyped};
use super::declared::as_declared;
use super::verdict::{CaseOutcome, Outcome, Verdict, meaning};

/// A problem, ready to judge candidates.
pub(crate) struct Plan {
    language: Language,
    task: Task,
    right: Right,
    visible: Vec<bool>,
    limits: Limits,
    /// Why no candidate of it can be judged.
    unjudgeable: Option<String>,
    /// Of the tests: it is asked for with every candidate.
    digest: OnceLock<Output<Sha256>>,
}

/// What counts as right.
enum Right {
    /// The test code says so itself.
    Code,
    /// These answers. One that is `None` is still to be asked of the reference.
    Answers {
        expected: Vec<Option<Value>>,
        comparison: Comparison,
        /// What answers are, where the problem says it.
        declared: Option<Type>,
    },
    /// These outputs.
    Outputs {
        expected: Vec<String>,
        comparison: Comparison,
    },
}

impl Plan {
    /// The plan for a problem and candidates in a language; `only` keeps the cases of one visibility.
    pub(crate) fn new(
        problem: &Problem,
        language: Language,
        limits: &Limits,
        only: Option<Visibility>,
    ) -> Self {
        let kept = |visibility| only.is_none_or(|only| only == visibility);
        let visibilities = problem
            .tests
            .visibilities()
            .into_iter()
            .filter(|v| kept(*v));
        let visible = visibilities
            .map(|visibility| visibility == Visibility::Visible)
            .collect();
        let (task, right) = match &problem.tests {
            Tests::Code {
                trusted,
                proxied,
                cases,
            } => {
                let cases = cases.iter().filter(|case| kept(case.visibility));
                let task = Task::Test {
                    trusted: trusted.clone(),
                    proxied: proxied.clone(),
                    cases: cases.map(|case| case.source.clone()).collect(),
                };
                (task, Right::Code)
            }
            Tests::Calls {
                entry_point,
                signature,
                cases,
                comparison,
            } => {
                let cases: Vec<_> = cases.iter().filter(|case| kept(case.visibility)).collect();
                calls(entry_point, signature.as_ref(), &cases, *comparison)
            }
            Tests::Stdio { cases, comparison } => {
                let cases: Vec<_> = cases.iter().filter(|case| kept(case.visibility)).collect();
                runs(&cases, *comparison)
            }
        };
        let mut limits = limits.clone();
        if let Some(budget) = problem.budget {
            limits.fuel = budget.fuel.map_or(limits.fuel, Fuel);
            limits.memory_bytes = budget.memory_bytes.unwrap_or(limits.memory_bytes);
        }
        // Nothing is run of what cannot be judged.
        let task = match problem.unjudgeable {
            Some(_) => Task::Run { stdin: Vec::new() },
            None => task,
        };
        Self {
            language,
            task,
            right,
            visible,
            limits,
            unjudgeable: problem.unjudgeable.clone(),
            digest: OnceLock::new(),
        }
    }

    /// Whether nothing is left to judge by. Every candidate that loads would pass.
    pub(crate) fn has_no_cases(&self) -> bool {
        self.visible.is_empty()
    }

    /// The job that judges this program.
    pub(crate) fn job(&self, source: &str) -> Job {
        Job {
            language: self.language,
            source: source.to_owned(),
            task: self.task.clone(),
            limits: self.limits.clone(),
        }
    }

    /// What its candidates may use.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The language of its candidates.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// Whether it is known that no candidate can be judged.
    pub(crate) fn is_unjudgeable(&self) -> bool {
        self.unjudgeable.is_some()
    }

    /// A digest of what is asked and of what counts as right.
    pub(crate) fn tests_digest(&self) -> Output<Sha256> {
        *self.digest.get_or_init(|| self.make_tests_digest())
    }

    fn make_tests_digest(&self) -> Output<Sha256> {
        let mut hasher = Sha256::new();
        add(&mut hasher, &(&self.task, &self.visible));
        match &self.right {
            Right::Code => {}
            Right::Answers {
                expected,
                comparison,
                declared,
            } => add(
                &mut hasher,
                &(expected, format!("{comparison:?}"), declared),
            ),
            Right::Outputs {
                expected,
                comparison,
            } => add(&mut hasher, &(expected, format!("{comparison:?}"))),
        }
        hasher.finalize()
    }

    /// Whether some expected answers are still to be asked of the reference.
    pub(crate) fn needs_oracle(&self) -> bool {
        match &self.right {
            Right::Answers { expected, .. } => expected.iter().any(Option::is_none),
            Right::Code | Right::Outputs { .. } => false,
        }
    }

    /// Sets the fuel of each case.
    pub(crate) fn set_fuel(&mut self, fuel: Fuel) {
        self.limits.fuel = fuel;
    }

    /// Takes what the reference answered; the error says where it did not.
    pub(crate) fn take_oracle(&mut self, record: &Record) -> Result<(), String> {
        let (_, why) = meaning(&record.load);
        if !why.is_empty() {
            return Err(format!("its reference does not load: {why}"));
        }
        let Right::Answers { expected, .. } = &mut self.right else {
            return Ok(());
        };
        self.digest = OnceLock::new();
        for (index, slot) in expected.iter_mut().enumerate() {
            let case = record.cases.get(index);
            let Some(answer) = case.and_then(|case| case.answer.clone()) else {
                let why = case.map_or_else(|| "not reached".to_owned(), |c| meaning(&c.exit).1);
                return Err(format!("its reference fails on case {}: {why}", index + 1));
            };
            slot.get_or_insert(answer);
        }
        Ok(())
    }

    /// What was found, as verdicts.
    pub(crate) fn outcome(&self, judged: &Judged) -> Outcome {
        if let Some(why) = &self.unjudgeable {
            return Outcome::not_judged(why.clone());
        }
        match judged {
            Ok(record) => self.outcome_of(record),
            Err(fault) => Outcome::not_judged(fault.to_string()),
        }
    }

    fn outcome_of(&self, record: &Record) -> Outcome {
        let mut comparer = match &self.right {
            Right::Answers { comparison, .. } | Right::Outputs { comparison, .. } => {
                Comparer::new(*comparison)
            }
            Right::Code => Comparer::new(Comparison::Exact),
        };
        let mut first: Option<(Verdict, String)> = None;
        let mut note = |found: (Verdict, String)| {
            let verdict = found.0;
            if verdict != Verdict::Passed {
                first.get_or_insert(found);
            }
            verdict
        };
        // A case that was not reached has the verdict of what kept it from being reached.
        let mut last = note(meaning(&record.load));
        let mut cases = Vec::with_capacity(self.visible.len());
        for (index, visible) in self.visible.iter().enumerate() {
            let mut fuel = Fuel(0);
            if let Some(case) = record.cases.get(index) {
                last = note(self.case(index, case, &mut comparer));
                fuel = case.fuel;
            }
            cases.push(CaseOutcome {
                verdict: last,
                fuel,
                visible: *visible,
            });
        }
        let (verdict, detail) = first.unwrap_or((Verdict::Passed, String::new()));
        let fuel = record.fuel();
        Outcome {
            verdict,
            detail,
            fuel,
            memory_bytes: record.memory_bytes,
            cases,
        }
    }

    fn case(&self, index: usize, case: &CaseRecord, comparer: &mut Comparer) -> (Verdict, String) {
        let found = meaning(&case.exit);
        if case.exit != Exit::Finished {
            return found;
        }
        let wrong = |right: bool| {
            if right {
                (Verdict::Passed, String::new())
            } else {
                (
                    Verdict::WrongAnswer,
                    format!("case {} is answered wrongly", index + 1),
                )
            }
        };
        match (&self.right, &self.task) {
            (
                Right::Answers {
                    expected, declared, ..
                },
                Task::Call { arguments, .. },
            ) => {
                let expected = expected[index].as_ref();
                let answer = case.answer.as_ref().map(|answer| match declared {
                    Some(ty) => as_declared(answer, ty, self.language),
                    None => answer.clone(),
                });
                let right = answer.zip(expected).is_some_and(|(answer, expected)| {
                    comparer.right(&arguments[index], expected, &answer)
                });
                wrong(right)
            }
            (
                Right::Outputs {
                    expected,
                    comparison,
                },
                _,
            ) => wrong(same_output(&expected[index], &case.stdout, *comparison)),
            _ => found,
        }
    }
}

/// Adds the binary form of something to what is digested, without making it whole.
fn add(hasher: &mut Sha256, part: &impl Serialize) {
    let mut buffered = BufWriter::new(hasher);
    postcard::to_io(part, &mut buffered).expect("tests have a binary form");
    buffered.flush().expect("a hasher takes all");
}

fn calls(
    entry_point: &str,
    signature: Option<&Signature>,
    cases: &[&CallCase],
    comparison: Comparison,
) -> (Task, Right) {
    let arguments = cases.iter().map(|case| match signature {
        Some(signature) => {
            let types = signature.parameters.iter().map(|parameter| &parameter.ty);
            case.args
                .iter()
                .zip(types)
                .map(|(json, ty)| typed(json, ty))
                .collect()
        }
        None => case.args.iter().map(untyped).collect(),
    });
    let expected = cases.iter().map(|case| match (&case.expected, signature) {
        (Expected::Oracle, _) => None,
        (Expected::Value(json), Some(signature)) => Some(typed(json, &signature.returns)),
        (Expected::Value(json), None) => Some(untyped(json)),
    });
    let task = Task::Call {
        entry_point: entry_point.to_owned(),
        parameters: signature.map(|signature| {
            let parameters = signature.parameters.iter();
            parameters.map(|it| sandbox_type(&it.ty)).collect()
        }),
        arguments: arguments.collect(),
    };
    (
        task,
        Right::Answers {
            expected: expected.collect(),
            comparison,
            declared: signature.map(|signature| signature.returns.clone()),
        },
    )
}

fn runs(cases: &[&StdioCase], comparison: Comparison) -> (Task, Right) {
    let stdin = cases
        .iter()
        .map(|case| case.stdin.clone().into_bytes())
        .collect();
    let expected = cases.iter().map(|case| case.stdout.clone()).collect();
    (
        Task::Run { stdin },
        Right::Outputs {
            expected,
            comparison,
        },
    )
}

/// Whether a program printed what it should: the same lines without white space at their ends, or,
/// with a tolerance, the same words with numbers within it.
fn same_output(expected: &str, printed: &[u8], comparison: Comparison) -> bool {
    let Ok(printed) = std::str::from_utf8(printed) else {
        return false;
    };
    let Comparison::Tolerance { abs, rel } = comparison else {
        return expected
            .trim_end()
            .lines()
            .map(str::trim_end)
            .eq(printed.trim_end().lines().map(str::trim_end));
    };
    // A share of a large whole number would let wrong ones pass.
    let near = |expected: &str, printed: &str| match (expected.parse(), printed.parse()) {
        (Ok(value), Ok(printed)) if expected.contains(['.', 'e', 'E']) => {
            within(value, printed, abs, rel)
        }
        (Ok(value), Ok(printed)) => within(value, printed, 0.0, 0.0),
        _ => false,
    };
    let (expected, printed) = (expected.split_whitespace(), printed.split_whitespace());
    expected.clone().count() == printed.clone().count()
        && expected
            .zip(printed)
            .all(|(expected, printed)| expected == printed || near(expected, printed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_at_line_ends_does_not_count() {
        assert!(same_output("1 2\n3\n", b"1 2 \n3", Comparison::Exact));
        assert!(!same_output("1 2\n3\n", b"1  2\n3", Comparison::Exact));
        assert!(!same_output("1\n", b"\xff", Comparison::Exact));
    }

    #[test]
    fn with_a_tolerance_words_are_compared_as_numbers_where_they_are_numbers() {
        let near = Comparison::Tolerance {
            abs: 1e-6,
            rel: 0.0,
        };
        assert!(same_output("x 0.5\n", b"x\n0.5000001\n", near));
        assert!(!same_output("x 0.5\n", b"y 0.5", near));
        assert!(!same_output("0.5", b"nan", near));
        assert!(same_output("5", b"5.0", near));
        let share = Comparison::Tolerance {
            abs: 0.0,
            rel: 1e-6,
        };
        assert!(!same_output("1000000007", b"1000000008", share));
        assert!(same_output("1000000007.0", b"1000000008", share));
    }
}
