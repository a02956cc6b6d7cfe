//! Runs side by side: those whose rewards see the same tests stand in one condition, a line a reward.

use serde_json::Value;

use super::chart::Point;
use crate::ablate::Row;
use crate::observed::Observed;

/// What is compared with each other.
pub(super) struct Condition<'a> {
    /// Empty where there is only one.
    pub(super) title: String,
    pub(super) lines: Vec<Line<'a>>,
}

/// Runs that differ in their seeds alone.
pub(super) struct Line<'a> {
    pub(super) name: String,
    /// The number of its colour: the same in all conditions.
    pub(super) colour: usize,
    pub(super) runs: Vec<&'a Observed>,
    /// The last passes of their reward models.
    pub(super) models: Vec<&'a Value>,
}

impl<'a> Condition<'a> {
    /// Of an ablation's rows, in the order in which they first come.
    pub(super) fn of_rows(rows: &[&'a Row]) -> Vec<Self> {
        let mut names: Vec<&str> = Vec::new();
        for row in rows {
            if !names.contains(&&row.cell.reward[..]) {
                names.push(&row.cell.reward);
            }
        }
        let mut conditions: Vec<Self> = Vec::new();
        for row in rows {
            let title = row.cell.condition();
            let at = conditions.iter().position(|known| known.title == title);
            let at = at.unwrap_or_else(|| {
                conditions.push(Self {
                    title,
                    lines: Vec::new(),
                });
                conditions.len() - 1
            });
            let lines = &mut conditions[at].lines;
            let name = &row.cell.reward;
            let at = lines.iter().position(|line| line.name == *name);
            let at = at.unwrap_or_else(|| {
                lines.push(Line {
                    name: name.clone(),
                    colour: 1 + names.iter().position(|known| known == name).unwrap_or(0),
                    runs: Vec::new(),
                    models: Vec::new(),
                });
                lines.len() - 1
            });
            lines[at].runs.push(&row.observed);
            lines[at].models.extend(&row.reward_model);
        }
        for condition in &mut conditions {
            condition.lines.sort_by_key(|line| line.colour);
        }
        conditions
    }

    /// Of a single training.
    pub(super) fn of_run(run: &'a Observed) -> Self {
        Self {
            title: String::new(),
            lines: vec![Line {
                name: run.source.clone(),
                colour: 1,
                runs: vec![run],
                models: run.passes.last().into_iter().collect(),
            }],
        }
    }
}

impl Line<'_> {
    /// The mean over the runs at each point, in the range from the least to the most. Runs that are at
    /// other points (those that are still going) are left out while others are there.
    pub(super) fn band(&self, of: impl Fn(&Observed, usize) -> Option<f64>) -> Vec<Point> {
        let longest = self.runs.iter().max_by_key(|run| run.steps);
        let Some(points) = longest.map(|run| &run.points) else {
            return Vec::new();
        };
        let runs: Vec<_> = self
            .runs
            .iter()
            .filter(|run| run.points == *points)
            .collect();
        let at = |(place, step): (usize, &u64)| {
            let values: Vec<f64> = runs.iter().filter_map(|run| of(run, place)).collect();
            #[allow(clippy::cast_precision_loss, reason = "steps are far below 2^52")]
            let x = *step as f64;
            spread(x, &values)
        };
        points.iter().enumerate().filter_map(at).collect()
    }

    /// The same of a number of the metrics.
    pub(super) fn curve(&self, name: &str) -> Vec<Point> {
        self.band(|run, place| run.at(name, place))
    }
}

/// The mean of values in the range from the least to the most; `None` of nothing.
pub(super) fn spread(x: f64, values: &[f64]) -> Option<Point> {
    if values.is_empty() {
        return None;
    }
    Some(Point {
        x,
        y: crate::results::mean(values),
        low: values.iter().copied().fold(f64::INFINITY, f64::min),
        high: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(steps: u64, value: f64) -> Observed {
        Observed {
            steps,
            points: (1..=steps).collect(),
            curves: [(
                "kl".to_owned(),
                vec![Some(value); usize::try_from(steps).unwrap()],
            )]
            .into(),
            ..Observed::default()
        }
    }

    #[test]
    fn a_band_is_over_the_runs_that_are_as_far_as_the_farthest() {
        let (a, b, c) = (run(3, 1.0), run(3, 3.0), run(2, 9.0));
        let line = Line {
            name: String::new(),
            colour: 1,
            runs: vec![&c, &a, &b],
            models: Vec::new(),
        };
        let band = line.curve("kl");
        assert_eq!(band.len(), 3);
        assert_eq!((band[1].y, band[1].low, band[1].high), (2.0, 1.0, 3.0));
        assert!(line.curve("nothing").is_empty());
    }
}
