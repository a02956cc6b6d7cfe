//! The Python guest beside the interpreter of this machine.

use std::fs;
use std::process::Command;

use tests::{Folder, rewardsmith};

/// The guest's interpreter has a loop of our own for what programs do most, which must do what CPython
/// does: also with operands that it was not made for, when something raises, and to the last reference.
#[test]
fn programs_drawn_at_random_print_what_the_native_interpreter_prints() {
    const WRITER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interpreter/programs.py");
    let python = |arguments: &[&str]| {
        let output = Command::new("python3").args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    };
    let folder = Folder::new();
    for seed in 1..=12 {
        let program = folder.path().join(format!("{seed}.py"));
        let written = python(&[WRITER, &seed.to_string(), "30"]);
        fs::write(&program, written).unwrap();
        let program = program.to_str().unwrap();
        let wanted = python(&[program]);
        let said = rewardsmith!("run", "--language", "python", program).run(0);
        let record: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        let printed = record["stdout"].as_str().unwrap();
        let differs = printed.lines().zip(wanted.lines()).find(|(a, b)| a != b);
        assert!(
            printed == wanted,
            "seed {seed}: {differs:?}, {}",
            record["detail"]
        );
    }
}
