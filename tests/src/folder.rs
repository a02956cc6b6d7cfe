//! Folders: temporary ones of a test, and the public sets that lie beside the project.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::command::json_lines;

/// A temporary folder that goes with the test.
#[derive(Debug)]
pub struct Folder(TempDir);

impl Folder {
    /// An empty one.
    #[expect(
        clippy::new_without_default,
        reason = "it makes a folder, which no default should"
    )]
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file into it and returns its path.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, bytes).expect("a temporary file can be written");
        path
    }

    /// The same in a folder inside it.
    pub fn write_in(&self, folder: &str, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        fs::create_dir_all(self.path().join(folder)).expect("a temporary folder can be made");
        self.write(&format!("{folder}/{name}"), bytes)
    }

    /// Every file with its bytes, those of folders inside with their paths.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a temporary folder can be listed") {
                let path = entry.expect("so can its entries").path();
                let name = path.strip_prefix(self.path()).expect("it lies inside");
                let name = name.to_string_lossy().into_owned();
                if path.is_dir() {
                    // An empty folder is something that was written, too.
                    found.insert(name, Vec::new());
                    folders.push(path);
                } else {
                    found.insert(name, fs::read(&path).expect("it was just listed"));
                }
            }
        }
        found
    }

    /// The text of a file.
    pub fn read(&self, name: &str) -> String {
        let path = self.path().join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The lines of a file as JSON.
    pub fn json_lines(&self, name: &str) -> Vec<Value> {
        json_lines(&self.read(name))
    }
}

/// A file of the public sets beside the project; says so and returns `None` where they are absent.
pub fn shared(name: &str) -> Option<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let path = data.join(name);
    if path.exists() {
        return Some(path);
    }
    // Not by `eprintln!`, which a test that passes swallows.
    let _ = writeln!(io::stderr(), "skipped: no ../shared/data/{name}");
    None
}
