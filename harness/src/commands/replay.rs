//! `rewardsmith replay`: makes records again and compares them byte for byte.
//!
//! A record says what was asked and, by digests, everything that it depends on. What has changed
//! since is told without judging: the record cannot come out the same, and nobody's fault it is. What
//! comes out otherwise although nothing has changed is a fault of ours.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use problems::{Sample, Samples, Suite, Visibility};
use sandboxes::{Fuel, Go, Language, Limits};
use serde_json::{Map, Value};

use crate::commands::Failure;
use crate::console::{Console, Format};
use crate::judge::{DependsOn, JudgeOptions, Outcome, Plan, Reuse, Session, languages};
use crate::results::{Asked, Recorded, record};
use crate::{RewardSpec, Status};

/// What to replay.
pub(crate) struct Request<'a> {
    /// The file of records, `-` for standard input.
    pub(crate) records: &'a Path,
    /// Only the record on this line.
    pub(crate) line: Option<usize>,
    /// Where problems and samples are now, if not where the records say.
    pub(crate) problems: Option<&'a str>,
    pub(crate) samples: Option<&'a Path>,
    pub(crate) jobs: Option<NonZeroUsize>,
}

/// A line of the file of records.
struct Line {
    number: usize,
    text: String,
    recorded: Recorded,
}

/// What became of a line.
enum Replayed {
    /// The same bytes.
    Same,
    /// Something that it depends on is not what it was.
    Changed(String),
    /// Other bytes, though nothing that it depends on has changed: what differs, and the new line.
    Different(String, String),
}

/// Replays.
pub(crate) fn run(request: &Request<'_>, console: &Console) -> Result<Status, Failure> {
    let lines = read(request)?;
    let mut replayed: Vec<Option<Replayed>> = lines.iter().map(|_| None).collect();
    // One evaluation's records share what was asked for.
    let mut groups: Vec<(&Asked, Vec<usize>)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let asked = &line.recorded.asked;
        match groups.iter_mut().find(|(known, _)| *known == asked) {
            Some((_, group)) => group.push(index),
            None => groups.push((asked, vec![index])),
        }
    }
    for (asked, group) in groups {
        let group: Vec<(usize, &Line)> = group.into_iter().map(|i| (i, &lines[i])).collect();
        for (index, found) in replay_group(request, asked, &group, console)? {
            replayed[index] = Some(found);
        }
    }
    let replayed = replayed
        .into_iter()
        .map(|it| it.expect("each is in a group"));
    Ok(report(request, lines.iter().zip(replayed), console))
}

/// The lines to replay.
fn read(request: &Request<'_>) -> Result<Vec<Line>, Failure> {
    let path = request.records.display();
    let text = if request.records == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        std::fs::read_to_string(request.records)
    };
    let text =
        text.map_err(|error| Failure::bad_input(format!("cannot read `{path}`: {error}")))?;
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(text.split_terminator('\n')) {
        if request.line.is_some_and(|line| line != number) {
            continue;
        }
        let recorded = serde_json::from_str(text).map_err(|error| {
            let error = error.to_string();
            let why = error.split(" at line ").next().unwrap_or(&error).to_owned();
            Failure::bad_input(format!(
                "{path}:{number}: this is not a record of `rewardsmith eval`: {why}; give the \
                 file that ends in `_records.jsonl`"
            ))
        })?;
        lines.push(Line {
            number,
            text: text.to_owned(),
            recorded,
        });
    }
    if lines.is_empty() {
        let what = request.line.map_or_else(
            || "there are no records in it".to_owned(),
            |line| format!("it has no line {line}"),
        );
        return Err(Failure::bad_input(format!(
            "{path}: {what}; give another file or line"
        )));
    }
    Ok(lines)
}

/// Replays the records of one evaluation.
fn replay_group(
    request: &Request<'_>,
    asked: &Asked,
    group: &[(usize, &Line)],
    console: &Console,
) -> Result<Vec<(usize, Replayed)>, Failure> {
    let reward: RewardSpec = asked.reward.parse().map_err(|why| {
        let (path, line) = (request.records.display(), group[0].1.number);
        Failure::bad_input(format!("{path}:{line}: {why}"))
    })?;
    let named = request.problems.unwrap_or(&asked.problems);
    let mut suite = problems::load(named, asked.problem_format)?;
    let samples = Samples::load(&samples_of(request, asked), &suite)?;
    let by_line: HashMap<usize, &Sample> = samples.rows.iter().map(|it| (it.line, it)).collect();
    // Only the problems of these records: their references may have to be judged first.
    let wanted: BTreeSet<_> = group
        .iter()
        .map(|(_, line)| &line.recorded.task_id)
        .collect();
    suite
        .problems
        .retain(|problem| wanted.contains(&problem.id));

    let options = JudgeOptions {
        language: language_of(&suite, group)?,
        ..options(request, asked)
    };
    let spoken = languages::of_suite(&suite, options.language)?;
    let mut session = Session::start(&options, &spoken, console)?;
    let plans = session.plans(&suite)?;
    let toolchains = session.toolchains();
    let mut found = Vec::new();
    let mut judged: Vec<Again<'_>> = Vec::new();
    for (index, line) in group {
        match again(line, &suite, &plans, &by_line) {
            Err(why) => found.push((*index, Replayed::Changed(why))),
            Ok((sample, plan, program)) => {
                let depends_on = toolchains.depends_on(plan, &program);
                let differences = line.recorded.depends_on.differences(&depends_on);
                if differences.is_empty() {
                    judged.push(Again {
                        index: *index,
                        line,
                        sample,
                        plan,
                        program,
                        depends_on,
                    });
                } else {
                    found.push((*index, Replayed::Changed(differences.join(", "))));
                }
            }
        }
    }
    let bar = console.bar(judged.len(), "replaying");
    let at = |number: u64| &judged[usize::try_from(number).expect("it numbers a vector's entries")];
    let plan_of = |number: u64| at(number).plan;
    let candidates = (0..)
        .zip(&judged)
        .map(|(n, it)| (n, it.plan, it.program.clone()));
    session.judge(candidates, plan_of, |number, outcome| {
        bar.inc(1);
        let it = at(number);
        found.push((it.index, it.compare(&outcome, &reward, asked)));
        Go::On
    });
    bar.finish_and_clear();
    Ok(found)
}

/// A record whose inputs are what they were.
struct Again<'a> {
    index: usize,
    line: &'a Line,
    sample: &'a Sample,
    plan: &'a Plan,
    program: String,
    depends_on: DependsOn,
}

impl Again<'_> {
    fn compare(&self, outcome: &Outcome, reward: &RewardSpec, asked: &Asked) -> Replayed {
        let record = record(self.sample, outcome, reward, asked, self.depends_on.clone());
        let now = serde_json::to_string(&record).expect("our own records are JSON");
        if now == self.line.text {
            return Replayed::Same;
        }
        Replayed::Different(differing_keys(&self.line.text, &now), now)
    }
}

/// What a record is made from, or why it is not there any more.
fn again<'a>(
    line: &Line,
    suite: &Suite,
    plans: &'a [Plan],
    by_line: &HashMap<usize, &'a Sample>,
) -> Result<(&'a Sample, &'a Plan, String), String> {
    let (task, number) = (&line.recorded.task_id, line.recorded.line);
    let position = suite
        .problems
        .iter()
        .position(|problem| problem.id == *task);
    let position = position.ok_or_else(|| format!("the suite has no problem `{task}` any more"))?;
    let sample = by_line
        .get(&number)
        .filter(|sample| sample.task == *task)
        .ok_or_else(|| format!("line {number} of the samples is not one for `{task}` any more"))?;
    let language = plans[position].language().name();
    let program = suite.problems[position].program_in(language, &sample.kind);
    Ok((sample, &plans[position], program))
}

fn options(request: &Request<'_>, asked: &Asked) -> JudgeOptions {
    let fuel = asked.fuel.map(Fuel);
    JudgeOptions {
        limits: Limits {
            fuel: fuel.unwrap_or(Limits::default().fuel),
            memory_bytes: asked.memory_bytes,
            ..Limits::default()
        },
        fuel,
        jobs: request.jobs,
        only: asked.visible_only.then_some(Visibility::Visible),
        reuse: Reuse::Never,
        language: None,
    }
}

/// The language that the records are in, where their problems leave it open.
fn language_of(suite: &Suite, group: &[(usize, &Line)]) -> Result<Option<Language>, Failure> {
    if suite.problems.iter().all(|it| it.language.is_some()) {
        return Ok(None);
    }
    let language = &group[0].1.recorded.depends_on.toolchain.language;
    language.parse().map(Some).map_err(Failure::bad_input)
}

/// Where the samples are: as told, where they were, or beside the records.
fn samples_of(request: &Request<'_>, asked: &Asked) -> PathBuf {
    if let Some(told) = request.samples {
        return told.to_owned();
    }
    let beside = asked
        .samples
        .file_name()
        .map(|name| request.records.with_file_name(name));
    match beside {
        Some(beside) if !asked.samples.exists() && beside.exists() => beside,
        _ => asked.samples.clone(),
    }
}

/// The keys whose values differ, with the values where they are short.
fn differing_keys(then: &str, now: &str) -> String {
    let object = |text| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
    let (then, now) = (object(then), object(now));
    let keys: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let differing = keys
        .into_iter()
        .filter(|key| then.get(*key) != now.get(*key));
    let said: Vec<String> = differing
        .map(|key| {
            let text = |side: &Map<String, Value>| {
                side.get(key)
                    .map_or_else(|| "nothing".to_owned(), Value::to_string)
            };
            match (text(&then), text(&now)) {
                (then, now) if then.len() + now.len() <= 200 => {
                    format!("`{key}` was {then} and is {now}")
                }
                _ => format!("`{key}` is another"),
            }
        })
        .collect();
    if said.is_empty() {
        // Spaces, the order of keys, the spelling of a number.
        "the line says the same in other bytes".to_owned()
    } else {
        said.join(", ")
    }
}

/// Tells what became of every line, and the exit code that sums it up.
fn report<'a>(
    request: &Request<'_>,
    replayed: impl Iterator<Item = (&'a Line, Replayed)>,
    console: &Console,
) -> Status {
    let (mut same, mut changed, mut different) = (0, 0, 0);
    for (line, found) in replayed {
        let task = &line.recorded.task_id;
        let place = format!("{}:{}: `{task}`", request.records.display(), line.number);
        let now = match found {
            Replayed::Same => {
                same += 1;
                Some(line.text.clone())
            }
            Replayed::Changed(why) => {
                changed += 1;
                console.note(format!("{place} cannot come out the same: {why}"));
                None
            }
            Replayed::Different(why, now) => {
                different += 1;
                console.note(format!(
                    "{place} comes out otherwise, though nothing it depends on has changed: {why}"
                ));
                Some(now)
            }
        };
        if let (Some(now), Format::Jsonl) = (now, console.format) {
            console.line(now);
        }
    }
    if console.format == Format::Human {
        let all = same + changed + different;
        console.line(format!(
            "{same} of {all} records come out the same, byte for byte"
        ));
    }
    match (different, changed) {
        (0, 0) => Status::Done,
        (0, _) => Status::Changed,
        _ => Status::Negative,
    }
}
