//! `rewardsmith selftest`: judges the canaries, and refuses to be trusted when one of them sings.

use std::num::NonZeroUsize;

use sandboxes::{Cache, Language, Limits, is_set_up_unasked, provision};
use serde_json::json;

use crate::Status;
use crate::commands::Failure;
use crate::console::{Console, Format};
use crate::judge::{Canaries, JudgeOptions, Reuse, Session};

/// The canaries bring limits of their own.
pub(crate) fn options(jobs: Option<NonZeroUsize>) -> JudgeOptions {
    JudgeOptions {
        limits: Limits::default(),
        fuel: None,
        jobs,
        only: None,
        reuse: Reuse::Never,
        language: None,
    }
}

/// Tests `languages`; if none is named, those that have canaries and whose guest is there or takes
/// little to build.
pub(crate) fn run(
    languages: &[Language],
    options: &JudgeOptions,
    console: &Console,
) -> Result<Status, Failure> {
    let cache = Cache::locate()?.read_only();
    let is_near = |it: &Language| is_set_up_unasked(*it) || provision(*it, &cache, &|_| ()).is_ok();
    let every: Vec<Language> = Canaries::languages().into_iter().filter(is_near).collect();
    let languages = if languages.is_empty() {
        &every
    } else {
        languages
    };
    let mut session = Session::start(options, &languages.iter().copied().collect(), console)?;
    let mut failed = 0;
    for language in languages {
        let found = Canaries::of(*language)?.test(&mut session)?;
        failed += found.failures.len();
        for failure in &found.failures {
            console.note(failure);
        }
        match console.format {
            Format::Human => console.line(format!(
                "{language}: {} of {} canaries rejected, {} of {} honest programs pass ({:.2} s)",
                found.rejected, found.hostile, found.passed, found.honest, found.wall_s
            )),
            Format::Jsonl => console.json(&json!({
                "type": "selftest",
                "language": language.name(),
                "canaries": found.hostile,
                "rejected": found.rejected,
                "honest": found.honest,
                "passed": found.passed,
                "failures": found.failures,
                "wall_s": found.wall_s,
            })),
        }
    }
    Ok(if failed == 0 {
        Status::Done
    } else {
        Status::Untrusted
    })
}
