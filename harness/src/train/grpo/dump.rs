//! A step's rollouts as compressed JSON lines: the same rollouts give the same bytes.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use model::write_file_atomically;
use problems::Suite;
use serde::Serialize;

use super::Group;
use crate::commands::Failure;

#[derive(Serialize)]
struct Line<'a> {
    step: u64,
    prompt: &'a str,
    draw: u64,
    rollout: u64,
    completion: &'a str,
    verdict: &'static str,
    weak: Option<bool>,
    flipped: bool,
    gold: Option<bool>,
    reward: Option<f64>,
    reward_rule: Option<f64>,
    reward_model: Option<f64>,
    reward_format: Option<f64>,
    advantage: Option<f64>,
    length: usize,
    truncated: bool,
    learned: bool,
    record: &'a str,
    tokens: &'a [u32],
}

/// Writes the file.
pub(super) fn write(
    path: &Path,
    step: u64,
    groups: &[Group],
    suite: &Suite,
) -> Result<(), Failure> {
    let mut file = GzEncoder::new(Vec::new(), Compression::default());
    for group in groups {
        for rollout in &group.rollouts {
            let line = Line {
                step,
                prompt: suite.problems[group.problem].id.as_str(),
                draw: group.draw,
                rollout: rollout.completion.rollout,
                completion: &rollout.completion.text,
                verdict: rollout.outcome.verdict.name(),
                weak: rollout.weak,
                flipped: rollout.turned,
                gold: rollout.outcome.passed(),
                reward: rollout.rewards.total,
                reward_rule: rollout.rewards.rule,
                reward_model: rollout.rewards.model,
                reward_format: rollout.rewards.format,
                advantage: rollout.advantage,
                length: rollout.completion.tokens.len(),
                truncated: rollout.truncated(),
                learned: rollout.learned,
                record: &rollout.digest,
                tokens: &rollout.completion.tokens,
            };
            serde_json::to_writer(&mut file, &line).expect("our own records are JSON");
            file.write_all(b"\n").expect("memory takes all");
        }
    }
    let bytes = file.finish().expect("memory takes all");
    let folder = path.parent().expect("rollouts lie in a folder");
    std::fs::create_dir_all(folder).map_err(|error| Failure::write(folder, &error))?;
    write_file_atomically(path, &bytes).map_err(|error| Failure::cannot_run(error.to_string()))
}
