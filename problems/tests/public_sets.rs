//! The public sets load as a whole. They are not part of the project, so a test that finds none says so.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;

use problems::{Comparison, Expected, Format, Problem, SampleKind, Suite, Tests, Visibility, load};

/// The set of that name, or `None` with a word on standard error.
fn public(name: &str) -> Option<Suite> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")).join(name);
    if !path.exists() {
        eprintln!("skipped: there is no `{}`", path.display());
        return None;
    }
    Some(load(path.to_str().unwrap(), None).unwrap())
}

fn reference(problem: &Problem) -> &str {
    &problem.references[0].source
}

#[test]
fn human_eval_loads_with_a_check_per_problem() {
    let Some(suite) = public("HumanEval.jsonl.gz") else {
        return;
    };
    assert_eq!(
        (suite.format, suite.name.as_str()),
        (Format::HumanEval, "HumanEval")
    );
    assert_eq!(suite.problems.len(), 164);
    for problem in &suite.problems {
        let Tests::Code {
            trusted,
            proxied,
            cases,
        } = &problem.tests
        else {
            panic!("values")
        };
        assert_eq!(trusted, reference(problem));
        assert!(trusted.starts_with(&problem.prompt));
        let entry_point = problem.entry_point.as_ref().unwrap();
        assert_eq!(proxied, std::slice::from_ref(entry_point));
        assert_eq!(cases.len(), 1);
        assert!(cases[0].source.contains("def check("));
        assert!(
            cases[0]
                .source
                .ends_with(&format!("\ncheck({entry_point})"))
        );
    }
}

#[test]
fn evalplus_loads_with_base_inputs_visible_and_plus_inputs_hidden() {
    let Some(suite) = public("HumanEvalPlus_2023.jsonl.gz") else {
        return;
    };
    assert_eq!(suite.format, Format::EvalPlus);
    assert_eq!(suite.problems.len(), 164);
    let mut hidden = 0;
    let mut roots = Vec::new();
    for problem in &suite.problems {
        let Tests::Calls {
            cases, comparison, ..
        } = &problem.tests
        else {
            panic!("code")
        };
        assert!(cases.iter().all(|case| case.expected == Expected::Oracle));
        assert_eq!(cases[0].visibility, Visibility::Visible);
        hidden += cases
            .iter()
            .filter(|case| case.visibility == Visibility::Hidden)
            .count();
        if let Comparison::PolynomialRoot { atol } = comparison {
            roots.push((problem.id.as_str(), *atol));
        }
    }
    assert_eq!(hidden, 12_359);
    assert_eq!(roots, [("HumanEval/32", 1e-4)]);
}

#[test]
fn mbpp_loads_with_a_proxy_for_what_its_asserts_call() {
    let Some(suite) = public("mbpp_first100.jsonl.gz") else {
        return;
    };
    assert_eq!((suite.format, suite.problems.len()), (Format::Mbpp, 100));
    for problem in &suite.problems {
        let Tests::Code {
            trusted,
            proxied,
            cases,
        } = &problem.tests
        else {
            panic!("values")
        };
        assert!(!trusted.contains('\r') && !problem.prompt.contains('\r'));
        assert_eq!(proxied.len(), 1, "{}: {proxied:?}", problem.id);
        assert_eq!(
            cases
                .iter()
                .filter(|case| case.visibility == Visibility::Visible)
                .count(),
            3
        );
    }
    let problem = suite.get("Mbpp/18").unwrap();
    assert_eq!(problem.entry_point.as_deref(), Some("remove_dirty_chars"));
    let problem = suite.get("Mbpp/11").unwrap();
    assert_eq!(problem.tests.len(), 5);
}

#[test]
fn every_public_prompt_and_reference_names_its_entry_point() {
    for name in [
        "HumanEval.jsonl.gz",
        "HumanEvalPlus_2023.jsonl.gz",
        "mbpp_first100.jsonl.gz",
    ] {
        let Some(suite) = public(name) else { return };
        for problem in &suite.problems {
            let entry_point = problem.entry_point.as_deref().unwrap();
            assert!(problem.prompt.contains(entry_point), "{}", problem.id);
            assert!(
                reference(problem).contains(&format!("def {entry_point}")),
                "{}",
                problem.id
            );
        }
    }
}

/// The text that stands between the tests and the candidate: it ends where the entry point's body begins.
fn trusted(problem: &Problem) -> (&str, &str, &str) {
    let Tests::Code {
        trusted,
        proxied,
        cases,
    } = &problem.tests
    else {
        panic!("values")
    };
    let [entry_point] = &proxied[..] else {
        panic!("{}: {proxied:?}", problem.id)
    };
    assert_eq!(Some(entry_point), problem.entry_point.as_ref());
    (trusted, entry_point, &cases[0].source)
}

#[test]
fn multipl_e_loads_with_the_entry_point_that_its_tests_name() {
    for (file, language) in [
        ("multipl_e_humaneval_js_first40.jsonl.gz", "javascript"),
        ("multipl_e_humaneval_ts_first40.jsonl.gz", "typescript"),
        ("multipl_e_humaneval_cpp_first40.jsonl.gz", "cpp"),
        ("multipl_e_humaneval_rs_first40.jsonl.gz", "rust"),
    ] {
        let Some(suite) = public(file) else { return };
        assert_eq!((suite.format, suite.problems.len()), (Format::MultiplE, 40));
        let compiled = ["cpp", "rust"].contains(&language);
        for problem in &suite.problems {
            let id = &problem.id;
            assert_eq!(problem.language.as_deref(), Some(language));
            let (trusted, entry_point, tests) = trusted(problem);
            assert!(
                tests.contains(&format!("candidate = {entry_point};")),
                "{id}"
            );
            assert!(!problem.stop_tokens.is_empty(), "{id}");
            assert!(!tests.trim_start().starts_with('}'), "{id}");
            let program = problem.program(&SampleKind::Completion("BODY".to_owned()));
            if compiled {
                let head = trusted.lines().next_back().unwrap();
                assert!(
                    head.contains(&format!("{entry_point}(")) && head.ends_with('{'),
                    "{id}"
                );
                assert!(program.ends_with("BODY\n}\n"), "{id}");
            } else {
                assert_eq!(trusted, "");
                assert!(program.ends_with("BODY\n"), "{id}");
            }
        }
    }
}

#[test]
fn humaneval_x_loads_in_three_languages_with_what_cannot_be_judged_named() {
    let mut refused = Vec::new();
    for (file, language) in [
        ("humaneval_x_cpp_first82.jsonl.gz", "cpp"),
        ("humaneval_x_js_first82.jsonl.gz", "javascript"),
        ("humaneval_x_rust_first82.jsonl.gz", "rust"),
    ] {
        let Some(suite) = public(file) else { return };
        assert_eq!(
            (suite.format, suite.problems.len()),
            (Format::HumanEvalX, 82)
        );
        for problem in &suite.problems {
            let id = &problem.id;
            assert_eq!(problem.language.as_deref(), Some(language));
            if let Some(why) = &problem.unjudgeable {
                refused.push(format!("{id}: {why}"));
                continue;
            }
            let (trusted, entry_point, tests) = trusted(problem);
            assert!(tests.contains(&format!("{entry_point}(")), "{id}");
            if language == "javascript" {
                assert!(!trusted.contains(&format!("{entry_point} =")), "{id}");
            } else {
                let head = trusted.lines().next_back().unwrap();
                assert!(
                    head.contains(entry_point) && head.ends_with('{'),
                    "{id}: {head}"
                );
            }
            if language == "rust" {
                assert!(!reference(problem).contains("use rand"), "{id}");
                assert!(tests.contains("fn main() {\n    tests::"), "{id}");
                assert!(!tests.contains("#["), "{id}");
            }
        }
    }
    assert_eq!(
        refused,
        [
            "CPP/22: its prompt includes Boost, and there is only the standard library",
            "Rust/22: `filter_integers` takes or gives what is not a plain value, and nothing else crosses",
            "Rust/32: its tests are commented out",
            "Rust/38: its tests need the crate `rand`, and there is only the standard library",
            "Rust/50: its tests need the crate `rand`, and there is only the standard library",
            "Rust/53: its tests need the crate `rand`, and there is only the standard library",
        ]
    );
}

#[test]
fn humaneval_x_in_go_is_refused_in_one_line() {
    let file = "humaneval_x_go_first82.jsonl.gz";
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")).join(file);
    if !path.exists() {
        eprintln!("skipped: there is no `{}`", path.display());
        return;
    }
    let error = load(path.to_str().unwrap(), None).unwrap_err().to_string();
    assert!(error.ends_with(
        "humaneval_x_go_first82.jsonl.gz:1: task `Go/0` is in a language that no guest exists for; \
         use HumanEval-X in C++, JavaScript or Rust"
    ));
}
