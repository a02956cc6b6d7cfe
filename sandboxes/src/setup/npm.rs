//! Packages from npm: fetched once, pinned, and none of their scripts is run.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::SetupError;

/// Fetches `name` at exactly `version` into `folder`, and returns where its files lie.
pub(crate) fn fetch(name: &str, version: &str, folder: &Path) -> Result<PathBuf, SetupError> {
    let package = format!("{name}@{version}");
    let output = Command::new("npm")
        .args(["install", "--ignore-scripts", "--no-audit", "--no-fund"])
        .args(["--no-save", "--no-package-lock", "--loglevel=error"])
        .arg("--prefix")
        .arg(folder)
        .arg(&package)
        .current_dir(folder)
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(SetupError::NoNpm),
        Err(error) => return Err(failed(package, error.to_string())),
    };
    let files = folder.join("node_modules").join(name);
    if output.status.success() && files.is_dir() {
        return Ok(files);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let reason = said.lines().find(|line| !line.trim().is_empty());
    Err(failed(package, reason.unwrap_or("npm failed").to_owned()))
}

fn failed(package: String, reason: String) -> SetupError {
    SetupError::Fetch {
        tool: "npm",
        package,
        reason,
    }
}
