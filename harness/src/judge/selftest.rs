//! The self-test: before this program scores anything, it must reject its canaries.
//!
//! A canary is a program that must not pass, one for each family of attack, or an honest one that
//! must. They lie under `canaries/LANGUAGE/`: problems in `.jsonl` files, and one file a program,
//! whose head comment names its problems and its idea. The first words of the idea, up to the colon,
//! are its family; the family `honest` must pass. Adding a canary is adding a file.
//!
//! Whoever has canaries of their own names their folder in `REWARDSMITH_CANARIES`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use include_dir::{Dir, include_dir};
use problems::{Problem, load_bytes};
use sandboxes::{Cache, Fuel, Go, Language, Limits};
use sha2::{Digest, Sha256};

use super::{Outcome, Plan, Session};
use crate::Status;
use crate::commands::Failure;

static CANARIES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/canaries");

/// The variable that names a folder of more canaries, laid out as the built-in ones are.
const VARIABLE: &str = "REWARDSMITH_CANARIES";

/// The family of programs that must pass.
const HONEST: &str = "honest";

/// Small, so that the test costs a fraction of a second: every honest canary needs less.
const LIMITS: Limits = Limits {
    fuel: Fuel(100_000_000),
    memory_bytes: 128 << 20,
    output_bytes: 1 << 20,
    wall: Duration::from_mins(1),
};

/// The canaries of one language.
pub(crate) struct Canaries {
    language: Language,
    problems: Vec<Problem>,
    programs: Vec<Canary>,
    /// Of all their files.
    digest: String,
}

struct Canary {
    /// Its file and, after an `@`, its problem.
    name: String,
    problem: usize,
    honest: bool,
    source: String,
}

/// What a self-test found.
pub(crate) struct Found {
    /// Canaries that must not pass, and how many of them did not.
    pub(crate) hostile: usize,
    pub(crate) rejected: usize,
    /// Honest ones, and how many of them passed.
    pub(crate) honest: usize,
    pub(crate) passed: usize,
    /// A line for each that did what it must not.
    pub(crate) failures: Vec<String>,
    pub(crate) wall_s: f64,
}

/// A file of the canaries' folder.
struct File {
    name: String,
    bytes: Vec<u8>,
}

impl File {
    fn is_of_problems(&self) -> bool {
        Path::new(&self.name).extension() == Some("jsonl".as_ref())
    }
}

impl Canaries {
    /// The languages that have built-in ones.
    pub(crate) fn languages() -> Vec<Language> {
        let has_some = |it: &Language| CANARIES.get_dir(it.name()).is_some();
        Language::ALL.into_iter().filter(has_some).collect()
    }

    /// The built-in ones and those of the folder that the environment names. A language without any
    /// is not trusted.
    pub(crate) fn of(language: Language) -> Result<Self, Failure> {
        let mut files = embedded(language);
        if let Some(folder) = env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
            files.extend(of_folder(&PathBuf::from(folder), language)?);
        }
        let canaries = Self::from_files(language, &files)?;
        if canaries.programs.is_empty() {
            return Err(Failure {
                status: Status::Untrusted,
                message: format!(
                    "there are no canaries in {language}, so nothing in it is scored; put some \
                     into a folder `{language}` of the folder that {VARIABLE} names"
                ),
            });
        }
        Ok(canaries)
    }

    fn from_files(language: Language, files: &[File]) -> Result<Self, Failure> {
        let mut hasher = Sha256::new();
        let (mut problems, mut programs) = (Vec::new(), Vec::new());
        for file in files {
            for part in [file.name.as_bytes(), &file.bytes] {
                hasher.update((part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
            if file.is_of_problems() {
                problems.extend(load_bytes(&file.name, &file.bytes, None)?.problems);
            }
        }
        for file in files.iter().filter(|file| !file.is_of_problems()) {
            let refuse = |why: &str| Failure::bad_input(format!("canary `{}`: {why}", file.name));
            let source = std::str::from_utf8(&file.bytes).map_err(|_| refuse("it is not UTF-8"))?;
            let wanted = |key: &str| {
                head(source, key).ok_or_else(|| refuse(&format!("its head has no `{key}:`")))
            };
            let idea = wanted("idea")?;
            let family = idea.split_once(':').map(|(family, _)| family);
            let family = family.ok_or_else(|| refuse("its idea names no family before a colon"))?;
            for id in wanted("problem")?.split(',').map(str::trim) {
                let problem = problems
                    .iter()
                    .position(|it: &Problem| it.id.as_str() == id);
                programs.push(Canary {
                    name: format!("{}@{id}", file.name),
                    problem: problem.ok_or_else(|| refuse(&format!("no problem `{id}`")))?,
                    honest: family == HONEST,
                    source: source.to_owned(),
                });
            }
        }
        Ok(Self {
            language,
            problems,
            programs,
            digest: format!("{:x}", hasher.finalize()),
        })
    }

    /// Where it is kept that this build of the guest and the judge has rejected them.
    fn marker(&self, session: &Session) -> String {
        let language = self.language;
        let toolchain = session.toolchains().toolchain(language).digest();
        let (toolchain, canaries) = (&toolchain[..16], &self.digest[..16]);
        format!("selftest-{language}-{toolchain}-{canaries}")
    }

    /// Judges every canary, and keeps that it was done if none fails.
    pub(crate) fn test(&self, session: &mut Session) -> Result<Found, Failure> {
        let start = Instant::now();
        let plans = self.problems.iter();
        let plans: Vec<Plan> = plans
            .map(|it| Plan::new(it, self.language, &LIMITS, None))
            .collect();
        let at = |number: u64| &self.programs[usize::try_from(number).expect("an index")];
        let plan_of = |number: u64| &plans[at(number).problem];
        let programs = (0..).zip(&self.programs);
        let candidates = programs.map(|(n, it)| (n, &plans[it.problem], it.source.clone()));
        let mut outcomes: Vec<Option<Outcome>> = vec![None; self.programs.len()];
        session.judge(candidates, plan_of, |number, outcome| {
            outcomes[usize::try_from(number).expect("an index")] = Some(outcome);
            Go::On
        });
        let mut found = Found {
            hostile: self.programs.iter().filter(|it| !it.honest).count(),
            honest: self.programs.iter().filter(|it| it.honest).count(),
            rejected: 0,
            passed: 0,
            failures: Vec::new(),
            wall_s: start.elapsed().as_secs_f64(),
        };
        for (canary, outcome) in self.programs.iter().zip(outcomes) {
            let outcome = outcome.expect("every canary was judged");
            match (canary.honest, outcome.passed()) {
                (true, Some(true)) => found.passed += 1,
                (false, Some(false)) => found.rejected += 1,
                (_, passed) => found
                    .failures
                    .push(canary.failure(self.language, passed, &outcome)),
            }
        }
        if found.failures.is_empty() {
            let what = format!("{} canaries\n", self.programs.len());
            Cache::locate()?.keep(&self.marker(session), what.as_bytes());
        }
        Ok(found)
    }
}

impl Canary {
    fn failure(&self, language: Language, passed: Option<bool>, outcome: &Outcome) -> String {
        let (name, verdict) = (&self.name, outcome.verdict.name());
        let what = match passed {
            Some(true) => "must not pass and does".to_owned(),
            Some(false) => format!("must pass and is `{verdict}`: {}", outcome.detail),
            None => format!("could not be judged: {}", outcome.detail),
        };
        format!("{language} canary `{name}` {what}")
    }
}

/// Refuses to go on unless this build of the guest and the judge has rejected its canaries, now or
/// at any time before.
pub(super) fn ensure(session: &mut Session, language: Language) -> Result<(), Failure> {
    let canaries = Canaries::of(language)?;
    if Cache::locate()?.read(&canaries.marker(session)).is_some() {
        return Ok(());
    }
    let found = canaries.test(session)?;
    match found.failures.first() {
        Some(first) => Err(refusal(first, found.failures.len())),
        None => Ok(()),
    }
}

/// Why nothing is scored.
fn refusal(first: &str, failures: usize) -> Failure {
    let more = match failures {
        1 => String::new(),
        more => format!(" (and {} more do what they must not)", more - 1),
    };
    Failure {
        status: Status::Untrusted,
        message: format!(
            "the self-test failed, so nothing is scored: {first}{more}; `rewardsmith selftest` \
             shows all"
        ),
    }
}

/// The value of a key in the head comment.
fn head(source: &str, key: &str) -> Option<String> {
    source.lines().take(8).find_map(|line| {
        let (found, value) = line
            .trim_start_matches(['#', '/', '*', ' '])
            .split_once(':')?;
        (found == key).then(|| value.trim().to_owned())
    })
}

fn embedded(language: Language) -> Vec<File> {
    let Some(folder) = CANARIES.get_dir(language.name()) else {
        return Vec::new();
    };
    let mut files: Vec<File> = folder
        .files()
        .map(|file| File {
            name: name_of(file.path()),
            bytes: file.contents().to_vec(),
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

fn of_folder(folder: &Path, language: Language) -> Result<Vec<File>, Failure> {
    let refuse = |path: &Path, error: &std::io::Error| {
        Failure::bad_input(format!(
            "{VARIABLE}: cannot read `{}`: {error}",
            path.display()
        ))
    };
    // The folder must be there; one for this language need not.
    fs::read_dir(folder).map_err(|error| refuse(folder, &error))?;
    let folder = folder.join(language.name());
    let Ok(entries) = fs::read_dir(&folder) else {
        return Ok(Vec::new());
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| refuse(&folder, &error))?.path();
        let bytes = fs::read(&path).map_err(|error| refuse(&path, &error))?;
        files.push(File {
            name: name_of(&path),
            bytes,
        });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_has_canaries_has_both_kinds() {
        for language in Canaries::languages() {
            let canaries = Canaries::from_files(language, &embedded(language)).unwrap();
            let honest = canaries.programs.iter().filter(|it| it.honest).count();
            let hostile = canaries.programs.len() - honest;
            assert!(
                honest >= 1 && hostile >= 5,
                "{language}: {honest} and {hostile}"
            );
        }
    }

    #[test]
    fn a_canary_that_does_not_say_what_it_is_for_is_refused() {
        for (source, why) in [
            ("# idea: x: y\n", "no `problem:`"),
            ("# problem: code/total\n", "no `idea:`"),
            (
                "# problem: code/total\n# idea: nothing in particular\n",
                "no family",
            ),
            ("# problem: code/none\n# idea: x: y\n", "`code/none`"),
        ] {
            let mut files = embedded(Language::Python);
            files.push(File {
                name: "mine.py".to_owned(),
                bytes: source.as_bytes().to_vec(),
            });
            let refused = Canaries::from_files(Language::Python, &files)
                .err()
                .unwrap();
            assert!(refused.message.contains("mine.py") && refused.message.contains(why));
        }
    }
}
