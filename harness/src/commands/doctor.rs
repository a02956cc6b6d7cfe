//! `rewardsmith doctor`: what this machine offers, found by trying and not by asking.
//!
//! It builds nothing: a guest that is not there is reported, with what its building takes.

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::thread;

use model::Precision;
use sandboxes::{
    Cache, Exit, Fault, Go, Guest, Job, Language, Limits, Pool, PoolConfig, SetupError, Task,
    inspect, provision,
};
use serde::Serialize;

use crate::Status;
use crate::commands::Failure;
use crate::console::{Console, Format};

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    /// One word: `found`, `missing`, `ready`, `works`, `held`, `partial`, …
    state: &'static str,
    /// A number, a path, a reason.
    detail: String,
    /// Of a file or folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

impl Finding {
    fn new(
        kind: &'static str,
        name: impl Into<String>,
        state: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            name: name.into(),
            state,
            detail: detail.into(),
            bytes: None,
        }
    }

    fn of_bytes(self, bytes: u64) -> Self {
        Self {
            bytes: Some(bytes),
            ..self
        }
    }
}

/// Shows everything; says that it cannot run if nothing can be judged here.
pub(crate) fn run(console: &Console) -> Result<Status, Failure> {
    let show = |finding: &Finding| match console.format {
        Format::Jsonl => console.json(finding),
        Format::Human => {
            let name = format!("{} {}", finding.kind, finding.name);
            let size = finding.bytes.map_or(String::new(), |bytes| {
                format!(", {:.1} MiB", mebibytes(bytes))
            });
            let line = format!("{name:22} {:9} {}{size}", finding.state, finding.detail);
            console.line(line.trim_end());
        }
    };
    let version = env!("CARGO_PKG_VERSION");
    show(&Finding::new("version", "rewardsmith", "found", version));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    show(&Finding::new(
        "machine",
        "cores",
        "found",
        cores.to_string(),
    ));

    let without = "training with `dtype = \"bf16\"` is slower than in f32 without";
    show(&ability("AVX512_BF16", Precision::Bf16.is_fast(), without));

    let tools = [
        tool("python3", &["--version"]),
        tool("pip", &["-m", "pip", "--version"]),
    ];
    tools.iter().for_each(show);
    let can_build = tools.iter().all(|tool| tool.state == "found");

    let cache = Cache::locate()?;
    show(&cache_folder(&cache));
    let mut guests = Vec::new();
    let mut missing = None;
    for language in Language::ALL {
        match provision(language, &cache.read_only(), &|_| ()) {
            Ok(guest) => {
                let size = bytes_of(&guest.compiled);
                let detail = format!("{}, digest {}", guest.version, guest.digest);
                show(&Finding::new("guest", language.name(), "ready", detail).of_bytes(size));
                guests.push(guest);
            }
            Err(error) => {
                let state = match error {
                    SetupError::NotBuilt | SetupError::NoRust { .. } => "missing",
                    _ => "broken",
                };
                show(&Finding::new(
                    "guest",
                    language.name(),
                    state,
                    error.to_string(),
                ));
                // The other languages are there for who wants them.
                if language == Language::Python {
                    missing = Some(error);
                }
            }
        }
    }

    let worker = worker(&guests).and_then(|config| Ok((inspect(&config)?, config)));
    let config = match worker {
        Ok((ready, config)) => {
            let without = "judging is slower without; it takes Linux 6.7";
            show(&ability("PAGEMAP_SCAN", ready.pagemap_scan, without));
            for wall in ready.walls {
                let reason = wall.state.reason().unwrap_or_default();
                show(&Finding::new(
                    "wall",
                    wall.layer.name(),
                    wall.state.name(),
                    reason,
                ));
            }
            config
        }
        Err(fault) => {
            show(&Finding::new(
                "judging",
                "worker",
                "broken",
                fault.to_string(),
            ));
            return Ok(Status::CannotRun);
        }
    };
    let mut status = Status::Done;
    for guest in &config.guests {
        let finding = trial(&config, guest.language);
        if finding.state != "works" {
            status = Status::CannotRun;
        }
        show(&finding);
    }
    match missing {
        Some(SetupError::NotBuilt) if can_build => {}
        Some(_) => status = Status::CannotRun,
        None => {}
    }
    Ok(status)
}

/// Something of the machine that makes a part faster.
fn ability(name: &str, there: bool, without: &str) -> Finding {
    if there {
        Finding::new("machine", name, "found", "")
    } else {
        Finding::new("machine", name, "missing", without)
    }
}

/// A tool that guests are built with, by what it says of its version.
fn tool(name: &str, arguments: &[&str]) -> Finding {
    let output = Command::new("python3").args(arguments).output();
    let said = match output {
        Ok(output) if output.status.success() => output.stdout,
        _ => return Finding::new("tool", name, "missing", "needed once, to build guests"),
    };
    let said = String::from_utf8_lossy(&said);
    let version = said.split_whitespace().nth(1).unwrap_or_default();
    Finding::new("tool", name, "found", version)
}

fn cache_folder(cache: &Cache) -> Finding {
    let path = cache.root().display().to_string();
    match size_of(cache.root()) {
        Ok(bytes) => Finding::new("cache", "folder", "found", path).of_bytes(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Finding::new("cache", "folder", "missing", path)
        }
        Err(error) => Finding::new("cache", "folder", "broken", format!("{path}: {error}")),
    }
}

/// The bytes of a file, or of all files under a folder.
fn bytes_of(path: &Path) -> u64 {
    let file = fs::metadata(path).ok().filter(fs::Metadata::is_file);
    file.map_or_else(|| size_of(path).unwrap_or(0), |file| file.len())
}

/// The bytes of all files under a folder.
fn size_of(folder: &Path) -> io::Result<u64> {
    let mut total = 0;
    for item in fs::read_dir(folder)? {
        let item = item?;
        // Somebody may be building or cleaning up at this moment.
        let Ok(metadata) = item.metadata() else {
            continue;
        };
        total += if metadata.is_dir() {
            size_of(&item.path()).unwrap_or(0)
        } else {
            metadata.len()
        };
    }
    Ok(total)
}

fn worker(guests: &[Guest]) -> Result<PoolConfig, Fault> {
    let program = env::current_exe()
        .map_err(|error| Fault::new(format!("cannot find the path of this program: {error}")))?;
    Ok(PoolConfig {
        workers: 1,
        command: vec![program.into(), "worker".into()],
        guests: guests.to_vec(),
    })
}

/// Judges a program that does nothing.
fn trial(config: &PoolConfig, language: Language) -> Finding {
    let job = Job {
        language,
        source: nothing(language).to_owned(),
        task: Task::Run {
            stdin: vec![Vec::new()],
        },
        limits: Limits::default(),
    };
    let mut found = None;
    Pool::start(config).judge([(0, job)], |_, judged| {
        found = Some(judged);
        Go::On
    });
    match found.expect("the pool hands over every job it took") {
        Ok(record) if record.cases.first().map(|case| &case.exit) != Some(&Exit::Finished) => {
            let detail = format!("an empty program ended so: {:?}", record.cases);
            Finding::new("judging", language.name(), "broken", detail)
        }
        Ok(record) => {
            let fuel = record.cases.first().map_or(0, |case| case.fuel.0);
            let detail = format!("an empty program burns {fuel} units of fuel");
            Finding::new("judging", language.name(), "works", detail)
        }
        Err(fault) => Finding::new("judging", language.name(), "broken", fault.to_string()),
    }
}

/// The shortest program.
fn nothing(language: Language) -> &'static str {
    match language {
        Language::Python | Language::JavaScript | Language::TypeScript => "",
        Language::C | Language::Cpp => "int main() {}",
        Language::Rust => "fn main() {}",
    }
}

#[allow(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
