//! The loader of a folder of TOML files.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

/// In memory where there is memory-backed storage: every input is a file.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let shm = PathBuf::from("/dev/shm");
    let root = if shm.is_dir() { shm } else { std::env::temp_dir() };
    let folder = root.join(format!("rewardsmith-fuzz-toml-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder can be made");
    folder
});

fuzz_target!(|bytes: &[u8]| {
    fs::write(FOLDER.join("a.toml"), bytes).expect("a temporary file can be written");
    if let Err(error) = problems::load(FOLDER.to_str().expect("its name is text"), None) {
        let said = error.to_string();
        assert!(!said.contains('\n'), "a refusal is one line: {said}");
    }
});
