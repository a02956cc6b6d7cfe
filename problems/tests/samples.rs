//! Answers of models as they come: completions and whole programs, files and folders, fenced or not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use problems::{Problem, SampleKind, Samples, Suite, load};
use serde_json::json;
use tempfile::TempDir;

const PROMPT: &str =
    "import math\n\ndef helper(x):\n    return x\n\ndef area(r):\n    \"\"\" Area. \"\"\"\n";

fn suite() -> Suite {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("two.jsonl");
    let row = |id: &str| {
        json!({"task_id": id, "prompt": PROMPT, "entry_point": "area",
               "canonical_solution": "    return math.pi * r * r\n",
               "test": "def check(c):\n    assert c(0) == 0\n"})
    };
    fs::write(&path, format!("{}\n{}\n", row("T/0"), row("T/1_a"))).unwrap();
    load(path.to_str().unwrap(), None).unwrap()
}

fn read(name: &str, content: &[u8]) -> Samples {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    Samples::load(&path, &suite()).unwrap()
}

fn solution(text: &str) -> SampleKind {
    SampleKind::Solution(text.to_owned())
}

fn completion(text: &str) -> SampleKind {
    SampleKind::Completion(text.to_owned())
}

#[test]
fn rows_keep_their_order_their_line_and_every_key() {
    let text = concat!(
        "\n",
        r#"{"task_id":"T/1_a","score":1.50,"completion":"    return 1\n","n":12345678901234567890123}"#,
        "\n\n",
        r#"{"solution":"area = abs","task_id":"T/0","completion":"    pass"}"#,
    );
    let samples = read("s.jsonl", text.as_bytes());
    let [first, second] = &samples.rows[..] else {
        panic!("two rows")
    };
    assert_eq!((first.line, first.task.as_str()), (2, "T/1_a"));
    assert_eq!(first.kind, completion("    return 1\n"));
    assert_eq!(
        serde_json::to_string(&first.raw).unwrap(),
        text.lines().nth(1).unwrap()
    );
    assert_eq!((second.line, second.task.as_str()), (4, "T/0"));
    assert_eq!(
        second.kind,
        solution("area = abs"),
        "a solution wins over a completion"
    );
    assert!(!first.unwrapped && !second.unwrapped);
}

#[test]
fn a_compressed_file_of_several_members_is_read_to_its_end() {
    let mut bytes = Vec::new();
    for id in ["T/0", "T/1_a"] {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder
            .write_all(
                json!({"task_id": id, "completion": ""})
                    .to_string()
                    .as_bytes(),
            )
            .unwrap();
        encoder.write_all(b"\n").unwrap();
        bytes.extend(encoder.finish().unwrap());
    }
    assert_eq!(read("s.jsonl.gz", &bytes).rows.len(), 2);
    assert_eq!(read("without_the_ending", &bytes).rows.len(), 2);
}

#[test]
fn a_folder_is_ordered_by_the_suite_and_then_by_number() {
    let folder = TempDir::new().unwrap();
    for (name, text) in [
        ("T_1_a/0.py", "a"),
        ("T_0/10.py", "b"),
        ("T_0/2.py", "c"),
        ("T_0/notes.txt", "d"),
        ("x", "e"),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let samples = Samples::load(folder.path(), &suite()).unwrap();
    let rows: Vec<(usize, &str, &SampleKind)> = samples
        .rows
        .iter()
        .map(|row| (row.line, row.task.as_str(), &row.kind))
        .collect();
    let expected = [
        (1, "T/0", solution("c")),
        (2, "T/0", solution("b")),
        (3, "T/1_a", solution("a")),
    ];
    assert_eq!(
        rows,
        expected
            .each_ref()
            .map(|(line, task, kind)| (*line, *task, kind))
    );
    assert_eq!(samples.rows[0].raw["solution"], "c");
}

fn of(answer: &str) -> (SampleKind, bool) {
    SampleKind::of_completion(&suite().problems[0], answer)
}

#[test]
fn an_answer_without_a_fence_continues_the_prompt_whatever_it_holds() {
    let whole = "def area(r):\n    return 1\n";
    assert_eq!(of(whole), (completion(whole), false));
    let inline = "    return 1 # see ```area```\n";
    assert_eq!(of(inline), (completion(inline), false));
}

#[test]
fn a_fenced_body_continues_the_prompt() {
    let body = "    return 1\n";
    assert_eq!(
        of(&format!("Sure:\n```python\n{body}```\nDone.")),
        (completion(body), true)
    );
}

#[test]
fn a_fenced_function_is_a_whole_program_with_the_prompts_imports_and_helpers() {
    let whole = "def area(r):\n    return helper(r)\n";
    let program =
        "import math\n\ndef helper(x):\n    return x\n\ndef area(r):\n    return helper(r)\n";
    assert_eq!(
        of(&format!("```python\n{whole}```")),
        (solution(program), true)
    );
}

#[test]
fn a_fenced_module_that_must_come_first_stands_alone() {
    let whole = "from __future__ import annotations\ndef area(r): return 1\n";
    assert_eq!(
        of(&format!("```python\n{whole}```")),
        (solution(whole), true)
    );
}

#[test]
fn a_fenced_method_of_the_same_name_is_not_the_function() {
    let body = "    class A:\n        def area(r):\n            pass\n    return 1\n";
    assert_eq!(
        of(&format!("```python\n{body}```")),
        (completion(body), true)
    );
}

#[test]
fn a_block_that_is_cut_off_ends_with_the_answer() {
    let (kind, unwrapped) = of("```python\ndef area(r):\n    return 1 +");
    assert!(unwrapped);
    let SampleKind::Solution(program) = kind else {
        panic!("a whole function")
    };
    assert!(program.ends_with("def area(r):\n    return 1 +"));
}

#[test]
fn a_fence_that_the_prompt_opened_is_closed_by_the_answer() {
    let body = "    return 1\n";
    assert_eq!(
        of(&format!("{body}```\n\nThis works.")),
        (completion(body), true)
    );
    let answer = format!("{body}```\nUse it so:\n```python\narea(1)\n```\n");
    assert_eq!(of(&answer), (completion(body), true));
}

#[test]
fn a_fenced_solution_is_taken_as_it_is() {
    let problem = &suite().problems[0];
    let text = "```python\nx = 1\n```";
    assert_eq!(
        SampleKind::of_solution(problem, text),
        (solution("x = 1\n"), true)
    );
    assert_eq!(
        SampleKind::of_solution(problem, "x = 1"),
        (solution("x = 1"), false)
    );
}

#[test]
fn the_program_of_a_completion_begins_with_the_prompt() {
    let problem: &Problem = &suite().problems[0];
    assert_eq!(
        problem.program(&completion("    return 1")),
        format!("{PROMPT}    return 1")
    );
    assert_eq!(problem.program(&solution("x")), "x");
}

#[test]
fn mbpp_tasks_are_named_by_number_or_by_text() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("mbpp.jsonl");
    let row = json!({"task_id": 11, "text": "Say \"\"\" and \\n.", "code": "def f(x):\r\n    return x\r\ndef g(): pass",
                     "test_setup_code": "", "test_list": ["assert f ('g()') == 'g()'"],
                     "challenge_test_list": ["assert f(1) == 1 # g"]});
    fs::write(&path, row.to_string()).unwrap();
    let suite = load(path.to_str().unwrap(), None).unwrap();
    let problem = &suite.problems[0];
    assert_eq!(problem.entry_point.as_deref(), Some("f"));
    let problems::Tests::Code {
        proxied, trusted, ..
    } = &problem.tests
    else {
        panic!("values")
    };
    assert_eq!(
        (proxied.len(), trusted.as_str()),
        (1, "def f(x):\n    return x\ndef g(): pass")
    );
    insta::assert_snapshot!(problem.prompt, @r##"
    r"""
    Say \"\"\" and \n.
    assert f ('g()') == 'g()'
    """
    "##);
    for id in [json!(11), json!("11"), json!("Mbpp/11"), json!("MBPP/11")] {
        assert_eq!(
            suite.resolve(&id).map(|problem| problem.id.as_str()),
            Some("Mbpp/11"),
            "{id}"
        );
    }
    for id in [
        json!(12),
        json!(-11),
        json!(11.5),
        json!("HumanEval/11"),
        json!("x"),
        json!(null),
    ] {
        assert_eq!(suite.resolve(&id), None, "{id}");
    }
}

#[test]
fn humaneval_x_and_multipl_e_name_answers_and_tasks_in_their_own_words() {
    let text = concat!(
        r#"{"task_id":"T/0","generation":"    return 1\n"}"#,
        "\n",
        r#"{"name":"T/1_a","completion":"    pass","language":"C++"}"#,
    );
    let samples = read("s.jsonl", text.as_bytes());
    assert_eq!(samples.rows[0].kind, completion("    return 1\n"));
    assert_eq!(samples.rows[1].task.as_str(), "T/1_a");
    // These problems are in Python, whatever a row says.
    assert_eq!(samples.rows[1].language, None);
}

#[test]
fn a_row_may_name_the_language_of_its_answer_where_any_language_answers() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.jsonl");
    let answer = "```cpp\nint gap_days(std::vector<long> days) {\n    return 0;\n}\n```";
    let row = json!({"task_id": "gap_days", "completion": answer, "language": "c++"});
    fs::write(&path, row.to_string()).unwrap();
    let suite = load("builtin:core", None).unwrap();
    let samples = Samples::load(&path, &suite).unwrap();
    assert_eq!(samples.rows[0].language.as_deref(), Some("cpp"));
    assert!(samples.rows[0].unwrapped);
    let SampleKind::Solution(program) = &samples.rows[0].kind else {
        panic!("a whole function")
    };
    assert!(program.starts_with("int gap_days("));
}
