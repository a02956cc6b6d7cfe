//! Which language a problem's candidates are judged in.

use std::collections::BTreeSet;

use problems::{Problem, Samples, Suite, Tests};
use sandboxes::Language;

use crate::commands::Failure;

/// Where a problem leaves it open and nobody asks for another.
const DEFAULT: Language = Language::Python;

/// The language of each problem of a suite: the one it is written in, else the one that is asked for,
/// else Python.
pub(crate) fn of_suite(
    suite: &Suite,
    asked: Option<Language>,
) -> Result<BTreeSet<Language>, Failure> {
    let each = suite.problems.iter();
    each.map(|problem| of_problem(problem, asked)).collect()
}

/// The language of one problem.
pub(crate) fn of_problem(problem: &Problem, asked: Option<Language>) -> Result<Language, Failure> {
    let id = &problem.id;
    let Some(own) = &problem.language else {
        let language = asked.unwrap_or(DEFAULT);
        return match problem.tests {
            // Arrays have no length in C, so there is no one way to hand a list over.
            Tests::Calls { .. } if language == Language::C => Err(Failure::bad_input(format!(
                "problem `{id}` is asked by calls with values, which is not offered in c; choose \
                 another `--language`"
            ))),
            _ => Ok(language),
        };
    };
    let own: Language = own
        .parse()
        .map_err(|why| Failure::bad_input(format!("problem `{id}`: {why}")))?;
    match asked {
        Some(asked) if asked != own => Err(Failure::bad_input(format!(
            "problem `{id}` is in {own}, so it cannot be answered in {asked}; leave `--language` out"
        ))),
        _ => Ok(own),
    }
}

/// The language that samples are in: the one that is asked for, or the one that their rows name.
pub(crate) fn of_samples(
    samples: &Samples,
    asked: Option<Language>,
) -> Result<Option<Language>, Failure> {
    let mut found = asked;
    for row in &samples.rows {
        let Some(name) = &row.language else { continue };
        let place = format!("{}:{}", samples.path.display(), row.line);
        let language: Language = name
            .parse()
            .map_err(|why| Failure::bad_input(format!("{place}: {why}")))?;
        match found {
            Some(other) if other != language => {
                return Err(Failure::bad_input(format!(
                    "{place}: this sample is in {language}, and others are judged in {other}; score \
                     one language at a time"
                )));
            }
            _ => found = Some(language),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use problems::load;

    use super::*;

    #[test]
    fn a_neutral_problem_is_in_the_language_that_is_asked_for() {
        let suite = load("builtin:core", None).unwrap();
        let found = |asked| of_suite(&suite, asked).map(|it| it.into_iter().collect::<Vec<_>>());
        assert_eq!(found(None).unwrap(), [Language::Python]);
        assert_eq!(found(Some(Language::Cpp)).unwrap(), [Language::Cpp]);
        let refused = found(Some(Language::C)).unwrap_err().message;
        assert!(refused.contains("not offered in c"), "{refused}");
    }

    #[test]
    fn a_problem_in_a_language_is_in_no_other() {
        let mut problem = load("builtin:micro/test?n=1", None)
            .unwrap()
            .problems
            .remove(0);
        let refused = of_problem(&problem, Some(Language::Rust))
            .unwrap_err()
            .message;
        assert!(refused.contains("is in python"), "{refused}");
        problem.language = Some("go".to_owned());
        let refused = of_problem(&problem, None).unwrap_err().message;
        assert!(refused.contains("unknown language `go`"), "{refused}");
    }
}
