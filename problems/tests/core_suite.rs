//! The built-in suite keeps the promises that its problems make. That references pass and wrong
//! solutions fail needs an interpreter, and is proved where there is one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashSet;

use problems::{Comparison, Expected, Problem, Suite, Tests, Visibility, load};

fn core() -> Suite {
    load("builtin:core", None).unwrap()
}

fn count(problem: &Problem, wanted: Visibility) -> usize {
    problem
        .tests
        .visibilities()
        .into_iter()
        .filter(|visibility| *visibility == wanted)
        .count()
}

#[test]
fn every_problem_has_cases_a_reference_and_wrong_solutions() {
    let suite = core();
    assert!(suite.problems.len() >= 44, "{}", suite.problems.len());
    for problem in &suite.problems {
        let id = &problem.id;
        assert!(
            (2..=4).contains(&count(problem, Visibility::Visible)),
            "{id}"
        );
        assert!(count(problem, Visibility::Hidden) >= 10, "{id}");
        assert!(!problem.references.is_empty(), "{id}");
        assert!(problem.known_wrong.len() >= 2, "{id}");
        assert!(
            problem.known_wrong.iter().any(|wrong| wrong.passes_visible),
            "{id}"
        );
        assert!(
            problem.known_wrong.iter().all(|wrong| wrong.note.is_some()),
            "{id}"
        );
        assert!(
            problem.difficulty.is_some() && !problem.tags.is_empty(),
            "{id}"
        );
    }
}

#[test]
fn no_problem_asks_the_same_call_twice() {
    for problem in core().problems {
        let Tests::Calls { cases, .. } = &problem.tests else {
            panic!("{}", problem.id)
        };
        let mut seen = HashSet::new();
        for case in cases {
            let args = serde_json::to_string(&case.args).unwrap();
            assert!(seen.insert(args.clone()), "{}: {args}", problem.id);
        }
    }
}

#[test]
fn expected_answers_are_values_and_most_are_compared_exactly() {
    let mut tolerant = Vec::new();
    for problem in core().problems {
        let Tests::Calls {
            cases, comparison, ..
        } = problem.tests
        else {
            panic!("code")
        };
        assert!(
            cases
                .iter()
                .all(|case| matches!(case.expected, Expected::Value(_)))
        );
        if comparison != Comparison::Exact {
            tolerant.push(problem.id.to_string());
        }
    }
    assert_eq!(tolerant, ["table_lookup", "trip_speed"]);
}

#[test]
fn every_program_defines_what_the_tests_call() {
    for problem in core().problems {
        let entry_point = problem.entry_point.unwrap();
        assert_eq!(entry_point, problem.id.as_str());
        for solution in problem.references.iter().chain(&problem.known_wrong) {
            assert!(
                solution.source.contains(&format!("def {entry_point}(")),
                "{entry_point}"
            );
        }
    }
}

#[test]
fn the_prompt_is_the_head_of_a_python_function_with_examples() {
    let suite = core();
    insta::assert_snapshot!(suite.get("quiet_hours").unwrap().prompt, @r#"
    def quiet_hours(opening: int, closing: int, bookings: list[tuple[int, int]], least: int) -> list[tuple[int, int]]:
        """A hall is open from `opening` to `closing`. Each booking has a start and an end, the start
        before the end; bookings may overlap, come in any order and reach beyond the opening hours.
        Return the times within the opening hours that no booking touches, in order, as pairs of start
        and end, but only those that last at least `least`, which is at least 1.

        >>> quiet_hours(9, 17, [(10, 12), (13, 14)], 1)
        [(9, 10), (12, 13), (14, 17)]
        >>> quiet_hours(9, 17, [(10, 12), (13, 14)], 2)
        [(14, 17)]
        """
    "#);
}
