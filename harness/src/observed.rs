//! What a run's folder shows, in a small form: curves, measurements, and samples to read.
//!
//! It is read from the files alone, so a run that is still going can be looked at, and what was read
//! can be kept where the run's own files are too large to be.

mod evaluation;
mod price;
mod rollouts;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toml::Table;

pub(crate) use evaluation::{Evaluation, Paid};
pub(crate) use price::Price;
pub(crate) use rollouts::{Kind, Sample};

use self::rollouts::{fooled_held_out, pick};
use crate::commands::Failure;

/// Points of a curve that are kept; a point is the mean of the steps since the one before.
const POINTS: usize = 30;

/// The curves that are kept, beside those of the verdicts.
const KEPT: [&str; 19] = [
    "loss",
    "reward_mean",
    "reward_rule_mean",
    "reward_model_mean",
    "reward_model_auc",
    "reward_model_auc_weak",
    "pass_rate_weak",
    "pass_rate_gold",
    "false_pass_rate",
    "frac_reward_zero_std",
    "kl",
    "entropy",
    "clip_ratio",
    "gradient_norm",
    "completion_length_mean",
    "truncated_ratio",
    "router_balance",
    "tokens_per_second",
    "not_judged_rate",
];

/// The last steps, which say where a training came to.
const TAIL: usize = 10;

/// A training as far as it has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Observed {
    pub(crate) algorithm: String,
    /// Where its rewards come from; empty where it has none.
    pub(crate) source: String,
    /// Steps taken, and of how many where the configuration says so.
    pub(crate) steps: u64,
    pub(crate) planned: Option<u64>,
    /// The step of each point of the curves.
    pub(crate) points: Vec<u64>,
    /// By their names in the metrics.
    pub(crate) curves: BTreeMap<String, Vec<Option<f64>>>,
    /// Measurements on held-out problems, in the order of steps.
    pub(crate) evaluations: Vec<Evaluation>,
    /// Means over the last steps.
    pub(crate) tail: BTreeMap<String, f64>,
    /// Of a reward model: what each pass came to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) passes: Vec<Value>,
    /// Rollouts of the last steps.
    pub(crate) samples: Vec<Sample>,
}

impl Observed {
    /// Reads a run's folder.
    pub(crate) fn of(folder: &Path) -> Result<Self, Failure> {
        let config = folder.join("config.toml");
        let text = fs::read_to_string(&config).map_err(|error| {
            Failure::bad_input(format!(
                "`{}` cannot be read ({error}); name the folder of a run",
                config.display()
            ))
        })?;
        let config: Table = toml::from_str(&text).map_err(|error| {
            let why = error.message().replace('\n', " ");
            Failure::bad_input(format!("`{}`: {why}", config.display()))
        })?;
        let lines = json_lines(&folder.join("metrics.jsonl"));
        let measured = json_lines(&folder.join("evaluation.jsonl"));
        let steps = lines.last().map_or(0, step_of);
        let algorithm = config.get("algorithm").and_then(|name| name.as_str());
        let source = config.get("reward").and_then(|r| r.get("source")?.as_str());
        let planned = config.get("optimiser").and_then(|o| o.get("steps"));
        let (points, curves) = curves(&lines);
        let rollouts = rollouts::last(&folder.join("rollouts"), TAIL);
        let mut tail = tail(&lines);
        if let Some(fooled) = rollouts::fooled_share(&rollouts) {
            tail.insert("fooled".to_owned(), rounded(fooled));
        }
        let quality = fs::read_to_string(folder.join("reward-model.json")).unwrap_or_default();
        let quality: Value = serde_json::from_str(&quality).unwrap_or_default();
        let passes = quality["passes"].as_array().cloned();
        let mut samples = Vec::new();
        if !rollouts.is_empty() {
            samples = pick(&rollouts, &prompts(&config, "prompts"));
        }
        if let Some(last) = measured.last().filter(|last| last.contains_key("fooled")) {
            samples.extend(fooled_held_out(last, &prompts(&config, "evaluation")));
        }
        Ok(Self {
            algorithm: algorithm.unwrap_or_default().to_owned(),
            source: source.unwrap_or_default().to_owned(),
            steps,
            planned: planned
                .and_then(toml::Value::as_integer)
                .and_then(|steps| steps.try_into().ok()),
            points,
            curves,
            evaluations: measured.iter().filter_map(Evaluation::of).collect(),
            tail,
            passes: passes.unwrap_or_default(),
            samples,
        })
    }

    /// The measurements before the first step and after the last one.
    pub(crate) fn finished_ends(&self) -> Option<(&Evaluation, &Evaluation)> {
        let (first, last) = (self.evaluations.first()?, self.evaluations.last()?);
        (first.step == 0 && Some(last.step) == self.planned).then_some((first, last))
    }

    /// A curve at a point.
    pub(crate) fn at(&self, name: &str, point: usize) -> Option<f64> {
        *self.curves.get(name)?.get(point)?
    }

    /// What the reward says of its own at a point, from 0 to 1: the pass rate of the tests that it
    /// sees, the reward model's mean opinion, or the mean of both.
    pub(crate) fn signal(&self, point: usize) -> Option<f64> {
        let rule = || self.at("reward_rule_mean", point);
        let model = || self.at("reward_model_mean", point);
        match &self.source[..] {
            "rule" => rule(),
            "model" => model(),
            _ => Some(f64::midpoint(rule()?, model()?)),
        }
    }
}

/// The objects of a file of JSON lines. A line that is being written, or a file that is not there
/// yet, is no error.
fn json_lines(path: &Path) -> Vec<Map<String, Value>> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines();
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

fn step_of(line: &Map<String, Value>) -> u64 {
    line.get("step").and_then(Value::as_u64).unwrap_or(0)
}

/// The kept numbers of the metrics, thinned.
fn curves(lines: &[Map<String, Value>]) -> (Vec<u64>, BTreeMap<String, Vec<Option<f64>>>) {
    let width = lines.len().div_ceil(POINTS).max(1);
    let windows: Vec<_> = lines.chunks(width).collect();
    let mut curves: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    for (place, window) in windows.iter().enumerate() {
        for name in window.iter().flat_map(|line| line.keys()) {
            if !KEPT.contains(&&name[..]) && !name.starts_with("verdict_") {
                continue;
            }
            let curve = curves.entry(name.clone()).or_default();
            if curve.len() <= place {
                curve.resize(place, None);
                curve.push(mean(window, name));
            }
        }
    }
    for curve in curves.values_mut() {
        curve.resize(windows.len(), None);
    }
    let points = windows.iter().filter_map(|window| window.last());
    (points.map(step_of).collect(), curves)
}

fn tail(lines: &[Map<String, Value>]) -> BTreeMap<String, f64> {
    let last = &lines[lines.len().saturating_sub(TAIL)..];
    let names = last.iter().flat_map(|line| line.keys());
    let names = names.filter(|name| *name != "step");
    names
        .filter_map(|name| Some((name.clone(), mean(last, name)?)))
        .collect()
}

/// The mean of what is there.
fn mean(lines: &[Map<String, Value>], name: &str) -> Option<f64> {
    let values: Vec<f64> = lines
        .iter()
        .filter_map(|line| line.get(name)?.as_f64())
        .collect();
    (!values.is_empty()).then(|| rounded(crate::results::mean(&values)))
}

/// Five digits: what is kept is for the eyes.
pub(crate) fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    format!("{value:.4e}").parse().expect("it is a number")
}

/// The prompts of the problems of a section of the configuration, where their suite can be had.
fn prompts(config: &Table, section: &str) -> BTreeMap<String, String> {
    let suite = config.get(section).and_then(|p| p.get("problems"));
    let Some(suite) = suite.and_then(|name| name.as_str()) else {
        return BTreeMap::new();
    };
    let problems = problems::load(suite, None).map_or_else(|_| Vec::new(), |suite| suite.problems);
    let each = problems.into_iter();
    each.map(|problem| (problem.id.as_str().to_owned(), problem.prompt))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_curve_has_the_means_of_its_windows_and_gaps_where_nothing_was() {
        let line = |step: u64| {
            let mut line = Map::new();
            line.insert("step".into(), step.into());
            line.insert("kl".into(), step.into());
            if step > 80 {
                line.insert("loss".into(), 1.into());
            }
            line
        };
        let lines: Vec<_> = (1..=120).map(line).collect();
        let (points, curves) = curves(&lines);
        assert_eq!((points.len(), points[0], points[29]), (30, 4, 120));
        assert_eq!(curves["kl"][0], Some(2.5));
        assert_eq!((curves["loss"][19], curves["loss"][29]), (None, Some(1.0)));
        assert_eq!(tail(&lines).get("kl"), Some(&115.5));
    }

    #[test]
    fn what_is_not_there_yet_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config.toml"), "algorithm = \"grpo\"\n").unwrap();
        fs::write(
            folder.path().join("metrics.jsonl"),
            "{\"step\":1,\"loss\":2}\n{\"st",
        )
        .unwrap();
        let observed = Observed::of(folder.path()).unwrap();
        assert_eq!((observed.steps, observed.curves["loss"][0]), (1, Some(2.0)));
        assert!(observed.samples.is_empty() && observed.finished_ends().is_none());
        assert!(Observed::of(&folder.path().join("no")).is_err());
    }
}
