//! The loaders of problems, by rows: every format, and the one that is recognised.
#![no_main]

use libfuzzer_sys::fuzz_target;
use problems::{Format, load_bytes};

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else {
        return;
    };
    let format = Format::ALL.get(usize::from(*choice) % (Format::ALL.len() + 1));
    match load_bytes("rows.jsonl", bytes, format.copied()) {
        Ok(suite) => assert!(!suite.problems.is_empty()),
        Err(error) => {
            let said = error.to_string();
            assert!(!said.contains('\n'), "a refusal is one line: {said}");
        }
    }
});
