//! What was compiled is kept by its text, and what was kept is as good as compiled anew.

#![allow(
    clippy::unwrap_used,
    reason = "what cannot go on has failed, and the panic says where"
)]

use std::fs;
use std::path::PathBuf;

use tests::{Folder, rewardsmith, rust_is_there};

/// Runs a program in Rust with its guests in that folder; what it prints.
fn printed(cache: &Folder, program: &str) -> String {
    let said = rewardsmith!("run", "-", "--language", "rust")
        .env("REWARDSMITH_CACHE", cache.path())
        .stdin(program)
        .run(0);
    let seen: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    seen["stdout"].as_str().unwrap().to_owned()
}

/// The files of programs that are kept in that folder.
fn kept(cache: &Folder) -> Vec<PathBuf> {
    let guests = fs::read_dir(cache.path()).unwrap();
    let folders = guests.map(|it| it.unwrap().path().join("programs"));
    let files = folders.filter_map(|it| fs::read_dir(it).ok()).flatten();
    files.map(|it| it.unwrap().path()).collect()
}

#[test]
fn a_kept_program_runs_uncompiled_and_a_damaged_one_is_compiled_again() {
    if !rust_is_there!() {
        return;
    }
    let cache = Folder::new();
    let [one, two] = ["one", "two"].map(|word| format!("fn main() {{ println!(\"{word}\"); }}\n"));
    assert_eq!(printed(&cache, &one), "one\n");
    let of_one = kept(&cache);
    let [of_one] = &of_one[..] else {
        panic!("one program was compiled, and these are kept: {of_one:?}");
    };
    let right = fs::read(of_one).unwrap();
    assert_eq!(printed(&cache, &two), "two\n");
    let of_two = kept(&cache).into_iter().find(|it| it != of_one).unwrap();

    // What lies there is what runs.
    fs::copy(of_two, of_one).unwrap();
    assert_eq!(printed(&cache, &one), "two\n");

    fs::write(of_one, &right[..right.len() / 2]).unwrap();
    assert_eq!(printed(&cache, &one), "one\n");
    assert_eq!(fs::read(of_one).unwrap(), right);
}
