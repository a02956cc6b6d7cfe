//! The loader of samples, compressed or not, and what takes programs out of Markdown.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use problems::{SampleKind, Samples, Suite, load};

static SUITE: LazyLock<Suite> =
    LazyLock::new(|| load("builtin:core", None).expect("it comes with the program"));

static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let shm = PathBuf::from("/dev/shm");
    let root = if shm.is_dir() { shm } else { std::env::temp_dir() };
    root.join(format!("rewardsmith-fuzz-samples-{}", std::process::id()))
});

fuzz_target!(|bytes: &[u8]| {
    let problem = SUITE.get("gap_days").expect("the suite has it");
    if let Ok(answer) = std::str::from_utf8(bytes) {
        let (kind, unwrapped) = SampleKind::of_completion(problem, answer);
        let program = problem.program(&kind);
        if !unwrapped {
            assert_eq!(program, format!("{}{answer}", problem.prompt));
        }
        let (_, _) = SampleKind::of_solution(problem, answer);
    }
    fs::write(&*FILE, bytes).expect("a temporary file can be written");
    match Samples::load(&FILE, &SUITE) {
        Ok(samples) => assert!(!samples.rows.is_empty()),
        Err(error) => {
            let said = error.to_string();
            assert!(!said.contains('\n'), "a refusal is one line: {said}");
        }
    }
});
