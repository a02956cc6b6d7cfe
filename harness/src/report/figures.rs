//! The charts of a condition.

use serde_json::Value;

use super::chart::{Axis, Chart, Mark, Point, Shape};
use super::conditions::{Condition, Line, spread};
use crate::Verdict;
use crate::observed::{Evaluation, Observed};
use crate::results::mean;

/// The colour of what is compared with: the policy before, a perfect calibration.
const PLAIN: usize = 0;

/// Colours of the verdicts, in their order.
pub(super) const OF_VERDICTS: [usize; 9] = [3, 1, 2, 4, 5, 6, 7, 8, 0];

/// Curves over the steps, an entry a chart: the metric, its axis, and what it shows.
const FURTHER: [(&str, Axis, &str); 10] = [
    ("loss", Axis::Numbers("loss"), "Loss"),
    (
        "reward_mean",
        Axis::Numbers("reward"),
        "Reward, all sources",
    ),
    (
        "pass_rate_weak",
        Axis::Shares("passed"),
        "Weak labels that say pass",
    ),
    (
        "false_pass_rate",
        Axis::Shares("false"),
        "Weak passes that are wrong",
    ),
    (
        "reward_model_auc",
        Axis::Numbers("AUC"),
        "Reward model on the rollouts, AUC",
    ),
    (
        "frac_reward_zero_std",
        Axis::Shares("groups"),
        "Groups without signal",
    ),
    ("kl", Axis::Numbers("KL"), "KL to the reference"),
    ("entropy", Axis::Numbers("nats"), "Entropy of the policy"),
    (
        "completion_length_mean",
        Axis::Numbers("tokens"),
        "Length of completions",
    ),
    (
        "router_balance",
        Axis::Numbers("balance"),
        "Balance of the router",
    ),
];

/// What a condition's runs came to over the steps and in the end.
pub(super) fn main(condition: &Condition<'_>) -> Vec<Chart> {
    let mut charts = vec![
        lines(
            condition,
            "Right by all cases, prompts of training",
            (Axis::Numbers("step"), Axis::Shares("right")),
            |line| line.curve("pass_rate_gold"),
        ),
        lines(
            condition,
            "What the reward says less what is right",
            (Axis::Numbers("step"), Axis::Differences("points")),
            |line| line.band(|run, at| Some(run.signal(at)? - run.at("pass_rate_gold", at)?)),
        ),
        at_k(condition, "pass@k, held out", |of| &of.pass_at),
        at_k(condition, "maj@k, held out", |of| &of.maj_at),
        measured(condition),
        calibration(condition),
    ];
    charts.retain(|chart| chart.marks.iter().any(|mark| mark.points.len() > 1));
    charts
}

/// The other curves.
pub(super) fn further(condition: &Condition<'_>) -> Vec<Chart> {
    let charts = FURTHER.iter().map(|(name, axis, title)| {
        let axes = (Axis::Numbers("step"), *axis);
        lines(condition, title, axes, |line| line.curve(name))
    });
    let drawn = charts.filter(|chart| !chart.marks.is_empty());
    drawn.collect()
}

/// The verdicts of each line over the steps, on top of each other.
pub(super) fn verdicts(condition: &Condition<'_>) -> Vec<Chart> {
    let share = |run: &Observed, upto: usize, at: usize| {
        let counts = Verdict::ALL.map(|verdict| {
            let name = format!("verdict_{}", verdict.name());
            run.at(&name, at).unwrap_or(0.0)
        });
        let whole: f64 = counts.iter().sum();
        (whole > 0.0).then(|| counts[..upto].iter().sum::<f64>() / whole)
    };
    let chart = |line: &Line<'_>| {
        let marks = Verdict::ALL.iter().enumerate().map(|(number, _)| {
            let under = line.band(|run, at| share(run, number, at));
            let over = line.band(|run, at| share(run, number + 1, at));
            let between = under.iter().zip(over);
            let between = between.map(|(under, over)| Point {
                x: over.x,
                y: over.y,
                low: under.y,
                high: over.y,
            });
            Mark {
                colour: OF_VERDICTS[number],
                shape: Shape::Area,
                points: between.collect(),
            }
        });
        Chart {
            title: format!("Verdicts, {}", line.name),
            x: Axis::Numbers("step"),
            y: Axis::Probability("of the rollouts"),
            marks: marks
                .filter(|mark| mark.points.iter().any(|p| p.high > p.low))
                .collect(),
        }
    };
    let charts = condition.lines.iter().map(chart);
    charts.filter(|chart| !chart.marks.is_empty()).collect()
}

fn lines(
    condition: &Condition<'_>,
    title: &str,
    (x, y): (Axis, Axis),
    of: impl Fn(&Line<'_>) -> Vec<Point>,
) -> Chart {
    let marks = condition.lines.iter().map(|line| Mark {
        colour: line.colour,
        shape: Shape::Line,
        points: of(line),
    });
    Chart {
        title: title.to_owned(),
        x,
        y,
        marks: marks.filter(|mark| !mark.points.is_empty()).collect(),
    }
}

/// A number at each k before the first step and after the last, over the runs that have both.
fn at_k(condition: &Condition<'_>, title: &str, of: fn(&Evaluation) -> &Vec<f64>) -> Chart {
    let points = |measured: &[&Evaluation]| {
        let ks = measured.first().map_or(&[][..], |first| &first.ks);
        let at = |(place, k): (usize, &usize)| {
            let values = measured
                .iter()
                .filter_map(|one| of(one).get(place).copied());
            let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
            #[allow(clippy::cast_precision_loss, reason = "a count of samples")]
            let x = (*k as f64).log2();
            spread(x, &values)
        };
        ks.iter().enumerate().filter_map(at).collect::<Vec<_>>()
    };
    let before = condition
        .lines
        .iter()
        .find_map(|line| ends(line).first().map(|(before, _)| *before));
    let mut marks = vec![Mark {
        colour: PLAIN,
        shape: Shape::Dashed,
        points: before.map_or_else(Vec::new, |before| points(&[before])),
    }];
    marks.extend(condition.lines.iter().map(|line| {
        Mark {
            colour: line.colour,
            shape: Shape::Line,
            points: points(
                &ends(line)
                    .iter()
                    .map(|(_, after)| *after)
                    .collect::<Vec<_>>(),
            ),
        }
    }));
    Chart {
        title: title.to_owned(),
        x: Axis::Powers("k"),
        y: Axis::Shares("of the problems"),
        marks,
    }
}

/// The measurements at both ends of each finished run.
fn ends<'a>(line: &Line<'a>) -> Vec<(&'a Evaluation, &'a Evaluation)> {
    let runs = line.runs.iter();
    runs.filter_map(|run| run.finished_ends()).collect()
}

/// Held-out pass@1 over the steps, where it was measured in between.
fn measured(condition: &Condition<'_>) -> Chart {
    let marks = condition.lines.iter().map(|line| {
        let longest = line.runs.iter().max_by_key(|run| run.evaluations.len());
        let steps = longest.map_or(&[][..], |run| &run.evaluations);
        let steps = if steps.len() > 2 { steps } else { &[] };
        let at = |(place, one): (usize, &Evaluation)| {
            let values = line
                .runs
                .iter()
                .filter_map(|run| run.evaluations.get(place));
            let values = values.filter_map(|one| one.pass_at.first().copied());
            #[allow(clippy::cast_precision_loss, reason = "steps are far below 2^52")]
            let x = one.step as f64;
            spread(x, &values.collect::<Vec<_>>())
        };
        Mark {
            colour: line.colour,
            shape: Shape::Line,
            points: steps.iter().enumerate().filter_map(at).collect(),
        }
    });
    Chart {
        title: "pass@1, held out".to_owned(),
        x: Axis::Numbers("step"),
        y: Axis::Shares("of the samples"),
        marks: marks.collect(),
    }
}

/// How often the reward model is right where it says so, over the runs of a line. A line that shares
/// its reward models with an earlier one is left out.
fn calibration(condition: &Condition<'_>) -> Chart {
    let mut marks = vec![Mark {
        colour: PLAIN,
        shape: Shape::Dashed,
        points: vec![Point::at(0.0, 0.0), Point::at(1.0, 1.0)],
    }];
    for line in own_models(condition) {
        let bins = line
            .models
            .iter()
            .filter_map(|model| model["bins"].as_array());
        let bins: Vec<&Vec<Value>> = bins.collect();
        let count = bins.iter().map(|bins| bins.len()).max().unwrap_or(0);
        let at = |bin: usize| {
            let of = |name: &str| -> Vec<f64> {
                let here = bins.iter().filter_map(|bins| bins.get(bin));
                let here = here.filter(|bin| bin["count"].as_u64() > Some(0));
                here.filter_map(|bin| bin[name].as_f64()).collect()
            };
            spread(mean(&of("probability")), &of("gold"))
        };
        marks.push(Mark {
            colour: line.colour,
            shape: Shape::Bars,
            points: (0..count).filter_map(at).collect(),
        });
    }
    if marks.len() == 1 {
        marks.clear();
    }
    Chart {
        title: "Calibration of the reward model, held out".to_owned(),
        x: Axis::Probability("what it says"),
        y: Axis::Probability("right"),
        marks,
    }
}

/// The lines of a condition that have reward models which no earlier line has.
pub(super) fn own_models<'a, 'b>(condition: &'b Condition<'a>) -> Vec<&'b Line<'a>> {
    let mut lines: Vec<&Line<'_>> = Vec::new();
    for line in &condition.lines {
        let known = lines.iter().any(|other| other.models == line.models);
        if !line.models.is_empty() && !known {
            lines.push(line);
        }
    }
    lines
}
