//! `check` and `demo`: what a suite claims of its own solutions.

use tests::{Folder, jsonl, problem, rewardsmith, shared, toml_problem};

/// Checks a suite; its last lines must be these.
fn check(problems: &str, code: i32, last_lines: &[&str]) -> String {
    let said = rewardsmith!("check", "--problems", problems).run(code);
    let lines: Vec<_> = said.stdout.lines().collect();
    let last = &lines[lines.len().saturating_sub(last_lines.len())..];
    assert_eq!(last, last_lines, "{said:#?}");
    said.stdout
}

#[test]
fn every_claim_of_the_built_in_suite_holds() {
    let said = rewardsmith!("check", "--problems", "builtin:core").run(0);
    let lines: Vec<Vec<&str>> = said
        .stdout
        .lines()
        .map(|l| l.split(' ').collect())
        .collect();
    let [wrong, references] = &lines[..] else {
        panic!("there is nothing else to say: {said:#?}");
    };
    // The suite may grow.
    for (line, at_least, words) in [
        (wrong, 80, "wrong solutions rejected"),
        (references, 40, "references pass"),
    ] {
        assert_eq!(
            (line[0], line[1], line[3..].join(" ")),
            (line[2], "of", words.to_owned())
        );
        assert!(line[0].parse::<u32>().unwrap() >= at_least, "{said:#?}");
    }
}

#[test]
fn a_reference_that_fails_and_a_wrong_solution_that_passes_are_listed() {
    let folder = Folder::new();
    folder.write("good.toml", toml_problem("good", "a + b", "a * b"));
    folder.write("bad.toml", toml_problem("bad", "a - b", "b + a"));
    let last = ["1 of 2 wrong solutions rejected", "1 of 2 references pass"];
    let said = check(&folder.path().to_string_lossy(), 1, &last);
    for line in [
        "bad: `reference` should pass and does not: wrong_answer",
        "bad: `wrong` should not pass and does: passed",
    ] {
        assert!(said.contains(line), "`{line}` is missing: {said}");
    }
    assert!(!said.contains("good:"), "{said}");
}

#[test]
fn a_wrong_solution_that_is_declared_otherwise_on_the_visible_cases_is_listed() {
    let folder = Folder::new();
    folder.write("add.toml", toml_problem("add", "a + b", "a - b"));
    let last = ["1 of 1 wrong solutions rejected", "1 of 1 references pass"];
    let said = check(&folder.path().to_string_lossy(), 1, &last);
    assert!(
        said.contains("add: `wrong` is declared otherwise on the visible cases"),
        "{said}"
    );
}

#[test]
fn as_jsonl_the_list_and_the_summary_are_objects() {
    let folder = Folder::new();
    let mut bad = problem("T/1");
    bad["canonical_solution"] = "    return a - b\n".into();
    let problems = folder.write("p.jsonl", jsonl(&[problem("T/0"), bad]));
    let said = rewardsmith!("check", "--problems", problems, "--format", "jsonl").run(1);
    let lines = said.json_lines();
    assert_eq!(lines.len(), 2, "{said:#?}");
    assert_eq!(
        [&lines[0]["type"], &lines[0]["task_id"]],
        ["contradiction", "T/1"]
    );
    assert_eq!([&lines[1]["references"], &lines[1]["passed"]], [2, 1]);
}

#[test]
fn the_demo_scores_trains_compares_and_reports() {
    let folder = Folder::new();
    let demo = rewardsmith!("demo", "--quick", "--out", "demo");
    let said = demo.within(folder.path()).run(0);
    let (right, rest) = said.stdout.split_once("known-wrong").expect("two tables");
    let (wrong, compared) = rest.split_once("cell ").expect("a third table");
    assert!(right.contains("pass@1               100.0 %"), "{right}");
    assert!(wrong.contains("pass@1               0.0 %"), "{wrong}");
    assert!(wrong.contains("points above all cases"), "{wrong}");
    for reward in ["\nrule, ", "\npoint-wise, ", "point-wise − rule"] {
        assert!(compared.contains(reward), "{compared}");
    }
    assert!(said.stderr.contains("demo/report.html"), "{said:#?}");
    assert!(folder.read("demo/report.html").contains("<svg"));
}

/// A public set with the code and the last line of its check.
fn check_shared(name: &str, code: i32, last: &str) {
    if let Some(path) = shared(name) {
        check(&path.to_string_lossy(), code, &[last]);
    }
}

#[test]
fn every_reference_of_human_eval_passes() {
    check_shared("HumanEval.jsonl.gz", 0, "164 of 164 references pass");
}

#[test]
fn every_reference_of_mbpp_passes() {
    check_shared("mbpp_first100.jsonl.gz", 0, "100 of 100 references pass");
}

#[test]
fn every_reference_of_human_eval_plus_passes_base_and_plus() {
    check_shared(
        "HumanEvalPlus_2023.jsonl.gz",
        0,
        "164 of 164 references pass",
    );
}
