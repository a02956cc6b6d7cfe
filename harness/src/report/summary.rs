//! An ablation as a table: a line a cell.

use super::statistics::{Estimate, differences};
use crate::ablate::{Cell, Row};
use crate::observed::Paid;
use crate::results::mean;

/// The runs of one cell.
pub(super) struct Runs<'a> {
    pub(super) cell: &'a Cell,
    pub(super) rows: Vec<&'a Row>,
}

/// What a cell came to.
pub(super) struct Outcome {
    pub(super) before: Estimate,
    pub(super) after: Estimate,
    pub(super) gain: Estimate,
}

impl<'a> Runs<'a> {
    /// Of rows, cell by cell in the order in which they first come.
    pub(super) fn of(rows: &'a [Row]) -> Vec<Self> {
        let mut cells: Vec<Self> = Vec::new();
        for row in rows {
            match cells.iter_mut().find(|runs| *runs.cell == row.cell) {
                Some(runs) => runs.rows.push(row),
                None => cells.push(Self {
                    cell: &row.cell,
                    rows: vec![row],
                }),
            }
        }
        cells
    }

    /// Held-out pass@1 before and after, paired by seed and problem.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        let ends: Vec<_> = self
            .rows
            .iter()
            .filter_map(|row| row.observed.finished_ends())
            .collect();
        let before: Vec<Vec<f64>> = ends.iter().map(|(before, _)| before.rates()).collect();
        let after: Vec<Vec<f64>> = ends.iter().map(|(_, after)| after.rates()).collect();
        let gain = before.iter().zip(&after);
        let gain: Vec<Vec<f64>> = gain
            .map(|(before, after)| differences(after, before))
            .collect();
        Some(Outcome {
            before: Estimate::over(&before)?,
            after: Estimate::over(&after)?,
            gain: Estimate::over(&gain)?,
        })
    }

    /// The mean over the runs of a number of their last steps.
    pub(super) fn tail(&self, name: &str) -> Option<f64> {
        let values = self.rows.iter();
        let values: Vec<f64> = values
            .filter_map(|row| row.observed.tail.get(name).copied())
            .collect();
        (!values.is_empty()).then(|| mean(&values))
    }

    /// The mean over the runs of a number of their last measurement, at each k.
    pub(super) fn at_last(
        &self,
        of: impl Fn(&crate::observed::Evaluation) -> Option<f64>,
    ) -> Option<f64> {
        let ends = self
            .rows
            .iter()
            .filter_map(|row| row.observed.finished_ends());
        let values: Vec<f64> = ends.filter_map(|(_, after)| of(after)).collect();
        (!values.is_empty()).then(|| mean(&values))
    }
}

/// A line a cell: held-out pass@1 before and after with intervals, pass@k and maj@k of all samples,
/// and how far the reward could be trusted: on held-out samples after the last step, or, of runs that
/// did not measure it, on the rollouts of the last steps.
pub(crate) fn ablation_table(rows: &[Row]) -> String {
    aligned(&cells(rows))
}

/// The table's entries; the first row is its head.
pub(super) fn cells(rows: &[Row]) -> Vec<[String; 9]> {
    let mut lines = vec![
        [
            "cell",
            "runs",
            "pass@1 before",
            "pass@1 after",
            "gain",
            "pass@n",
            "maj@n",
            "false pass",
            "fell for",
        ]
        .map(str::to_owned),
    ];
    for runs in Runs::of(rows) {
        let Some(outcome) = runs.outcome() else {
            continue;
        };
        let share = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), percent);
        let paid = |of: fn(&Paid) -> Option<f64>, tail: &str| {
            let held_out = runs.at_last(|after| of(after.paid.as_ref()?));
            share(held_out.or_else(|| runs.tail(tail)))
        };
        lines.push([
            runs.cell.name(),
            runs.rows.len().to_string(),
            percent(outcome.before.mean),
            interval(outcome.after),
            points(outcome.gain),
            share(runs.at_last(|after| after.pass_at.last().copied())),
            share(runs.at_last(|after| after.maj_at.last().copied())),
            paid(|paid| paid.false_pass_rate, "false_pass_rate"),
            paid(|paid| Some(paid.fell_for), "fooled"),
        ]);
    }
    lines
}

/// `41.9 %`.
pub(super) fn percent(value: f64) -> String {
    format!("{:.1} %", 100.0 * value)
}

/// `41.9 % (37.4 to 46.5)`.
pub(super) fn interval(of: Estimate) -> String {
    format!(
        "{} ({:.1} to {:.1})",
        percent(of.mean),
        100.0 * of.low,
        100.0 * of.high
    )
}

/// `+16.0 (+15.4 to +16.6)`, in points.
pub(super) fn points(of: Estimate) -> String {
    let [mean, low, high] = [of.mean, of.low, of.high].map(|value| 100.0 * value);
    format!("{mean:+.1} ({low:+.1} to {high:+.1})")
}

/// Columns as wide as their widest entry.
pub(super) fn aligned<const N: usize>(lines: &[[String; N]]) -> String {
    let width = |column: usize| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |line: &[String; N]| {
        let cells = line.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|(text, width)| format!("{text:<width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
