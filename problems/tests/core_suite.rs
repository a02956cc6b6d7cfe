//! The built-in suite keeps the promises that its problems make. That references pass and wrong
//! solutions fail needs an interpreter, and is proved where there is one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashSet;

use problems::{Comparison, Expected, Problem, SampleKind, Suite, Tests, Visibility, load};

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

#[test]
fn the_prompt_is_written_in_every_language_that_is_offered() {
    let suite = core();
    let prompt = |task: &str, language| suite.get(task).unwrap().prompt_in(language).into_owned();
    insta::assert_snapshot!(prompt("quiet_hours", "javascript"), @"
    /**
     * A hall is open from `opening` to `closing`. Each booking has a start and an end, the start
     * before the end; bookings may overlap, come in any order and reach beyond the opening hours.
     * Return the times within the opening hours that no booking touches, in order, as pairs of start
     * and end, but only those that last at least `least`, which is at least 1.
     *
     * >>> quiet_hours(9, 17, [[10, 12], [13, 14]], 1)
     * [[9, 10], [12, 13], [14, 17]]
     * >>> quiet_hours(9, 17, [[10, 12], [13, 14]], 2)
     * [[14, 17]]
     *
     * @param {number} opening
     * @param {number} closing
     * @param {[number, number][]} bookings
     * @param {number} least
     * @returns {[number, number][]}
     */
    function quiet_hours(opening, closing, bookings, least) {
    ");
    insta::assert_snapshot!(prompt("reach_by_ferry", "typescript"), @r#"
    /**
     * A ferry route names two islands and the minutes between them, above 0; it runs in both
     * directions, and there may be several between the same islands.
     * Return all islands that can be reached from `home` within the given minutes in all, changing as
     * often as needed, `home` included.
     *
     * >>> reach_by_ferry([["A", "B", 10], ["B", "C", 10]], "A", 15)
     * new Set(["A", "B"])
     * >>> reach_by_ferry([["A", "B", 10]], "B", 10)
     * new Set(["A", "B"])
     */
    function reach_by_ferry(routes: [string, string, number][], home: string, minutes: number): Set<string> {
    "#);
    insta::assert_snapshot!(prompt("register_field", "cpp"), @"
    #include <algorithm>
    #include <cmath>

    /*
    A hardware register is a number of 32 bits without sign. A field of it begins at bit `low` (0 is
    the lowest) and is `width` bits wide, 1 to 32; it lies within the register. The field holds a
    number in two's complement: its highest bit is a sign.
    Return that number.

    >>> register_field(5, 0, 4)
    5
    >>> register_field(240, 4, 4)
    -1
    >>> register_field(6, 1, 3)
    3
    */
    long long register_field(long long register_, long long low, long long width) {
    ");
    insta::assert_snapshot!(prompt("kitchen_order", "rust"), @r#"
    use std::collections::HashMap;

    /// `steps` names for each step of a meal those that must be done before it. A step that stands only
    /// among these needs nothing itself.
    /// The cook does one step at a time; whenever there is a choice, the first in the alphabet comes
    /// next. Return all steps in the order of cooking, or null if that is impossible.
    ///
    /// >>> kitchen_order(HashMap::from([(String::from("fry"), vec![String::from("peel")]), (String::from("serve"), vec![])]))
    /// Some(vec![String::from("peel"), String::from("fry"), String::from("serve")])
    /// >>> kitchen_order(HashMap::from([(String::from("a"), vec![String::from("b")]), (String::from("b"), vec![String::from("a")])]))
    /// None
    fn kitchen_order(steps: HashMap<String, Vec<String>>) -> Option<Vec<String>> {
    "#);
    insta::assert_snapshot!(prompt("score_table", "cpp"), @"
    #include <algorithm>
    #include <cmath>
    #include <map>
    #include <vector>

    /*
    In a contest, equal scores share a place and the places after them are skipped: scores 9, 7, 7,
    5 are places 1, 2, 2, 4.
    Return the place of each score that occurs.

    >>> score_table({9, 5, 7, 7})
    {{5, 4}, {7, 2}, {9, 1}}
    >>> score_table({3})
    {{3, 1}}
    */
    std::map<long long, long long> score_table(std::vector<long long> scores) {
    ");
    for problem in &suite.problems {
        assert_eq!(problem.prompt_in("python"), problem.prompt);
        for language in ["javascript", "typescript", "cpp", "rust"] {
            let prompt = problem.prompt_in(language);
            assert!(prompt.ends_with("{\n"), "{}", problem.id);
            assert!(
                prompt.contains(&format!("{}(", problem.id)),
                "{}",
                problem.id
            );
        }
    }
}

#[test]
fn a_completion_that_was_cut_before_the_closing_brace_is_closed() {
    let suite = core();
    let problem = suite.get("gap_days").unwrap();
    let program = |text: &str| problem.program_in("rust", &SampleKind::Completion(text.to_owned()));
    assert!(program("    if days.is_empty() { return 0; }\n    1").ends_with("    1\n}\n"));
    assert!(program("    1\n}\n").ends_with("    1\n}\n"));
    let python = problem.program_in("python", &SampleKind::Completion("    return {".to_owned()));
    assert!(python.ends_with("    return {"));
}
