//! `rewardsmith run`: one program under limits, and what was observed as JSON.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, IsTerminal, Read};
use std::num::NonZeroUsize;
use std::path::Path;

use sandboxes::{CaseRecord, Fuel, Job, Language, Task};
use serde::Serialize;

use crate::Status;
use crate::commands::Failure;
use crate::console::Console;
use crate::judge::{JudgeOptions, Session, Verdict, meaning};

/// What is printed.
#[derive(Serialize)]
struct Report {
    verdict: Verdict,
    detail: String,
    exit: sandboxes::Exit,
    fuel: Fuel,
    memory_bytes: u64,
    stdout: String,
    stderr: String,
}

/// The language that a file's extension says.
fn language_of(file: &Path) -> Result<Language, Failure> {
    let Some(extension) = file.extension() else {
        return Ok(Language::Python);
    };
    let name = problems::canonical_language(&extension.to_string_lossy());
    name.parse().map_err(|_| {
        Failure::bad_input(format!(
            "`{}`: no language is known by its extension; name one with `--language`",
            file.display()
        ))
    })
}

/// Runs a file, or standard input where it is `-`.
pub(crate) fn run(
    file: &Path,
    language: Option<Language>,
    options: &JudgeOptions,
    console: &Console,
) -> Result<Status, Failure> {
    let language = language.map_or_else(|| language_of(file), Ok)?;
    let unreadable =
        |error: io::Error| Failure::bad_input(format!("cannot read `{}`: {error}", file.display()));
    let from_stdin = file == Path::new("-");
    let source = if from_stdin {
        io::read_to_string(io::stdin())
    } else {
        fs::read_to_string(file)
    };
    let source = source.map_err(unreadable)?;
    // The program's own input: whatever is piped in.
    let mut stdin = Vec::new();
    if !from_stdin && !io::stdin().is_terminal() {
        io::stdin().read_to_end(&mut stdin).map_err(unreadable)?;
    }
    // A pool starts all of its workers, and one program needs one.
    let options = JudgeOptions {
        jobs: Some(NonZeroUsize::MIN),
        ..options.clone()
    };
    let mut session = Session::start(&options, &BTreeSet::from([language]), console)?;
    let task = Task::Run { stdin: vec![stdin] };
    let limits = options.limits.clone();
    let judged = session.run(Job {
        language,
        source,
        task,
        limits,
    });
    let record = judged.map_err(|fault| Failure {
        status: Status::NotJudged,
        message: format!("the program could not be judged: {fault}"),
    })?;
    let CaseRecord {
        exit,
        stdout,
        stderr,
        fuel,
        ..
    } = record
        .cases
        .into_iter()
        .next()
        .expect("one input makes one case");
    let (verdict, detail) = meaning(&exit);
    console.json(&Report {
        verdict,
        detail,
        exit,
        fuel,
        memory_bytes: record.memory_bytes,
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    });
    Ok(Status::Done)
}
