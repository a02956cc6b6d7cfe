//! Gives the judge a name: a digest of everything in this repository that turns a job into a
//! verdict. Records and caches carry it, so that none is taken for that of another judge.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The judge's sources, and the versions of all that they are linked with (wasmtime above all).
/// Taking too much costs a cache that is filled again; taking too little costs the truth.
const PARTS: [&str; 4] = [
    "src/judge",
    "src/judge.rs",
    "../sandboxes/src",
    "../Cargo.lock",
];

fn main() {
    // They are embedded as a folder, whose new files cargo would not see.
    println!("cargo::rerun-if-changed=canaries");
    let mut hasher = Sha256::new();
    for part in PARTS {
        println!("cargo::rerun-if-changed={part}");
        for file in files(Path::new(part)) {
            let bytes = fs::read(&file).expect("a file that was listed can be read");
            hasher.update(file.to_string_lossy().as_bytes());
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(&bytes);
        }
    }
    let digest = format!("{:x}", hasher.finalize());
    println!("cargo::rustc-env=REWARDSMITH_ENGINE={}", &digest[..16]);
}

/// A file, or all files under a folder, in an order that depends on nothing but their names.
fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).expect("the sources are there while they are compiled");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a folder that opens can be listed").path())
        .collect();
    paths.sort();
    paths.iter().flat_map(|path| files(path)).collect()
}
