//! The map: what a reward model's rewards gave more than the tests' own, by how much of the tests both
//! see and how often their labels are wrong.

use super::statistics::{Estimate, differences};
use crate::ablate::Row;

/// The reward that the others are compared with.
const RULE: &str = "rule";

/// One reward against the tests' own, in one kind of runs.
pub(super) struct Map {
    pub(super) reward: String,
    /// Architecture, settings and algorithm where they are named.
    pub(super) kind: String,
    pub(super) coverages: Vec<f64>,
    /// A row of estimates a noise, an estimate a coverage.
    pub(super) rows: Vec<(f64, Vec<Option<Place>>)>,
}

/// A place of the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// Held-out pass@1 of the reward less that of the tests.
    pub(super) difference: Estimate,
    /// Seeds that both have.
    pub(super) seeds: usize,
}

impl Map {
    /// All that the rows allow.
    pub(super) fn all(rows: &[Row]) -> Vec<Self> {
        let mut kinds: Vec<(String, String)> = Vec::new();
        for row in rows.iter().filter(|row| row.cell.reward != RULE) {
            let kind = (row.cell.reward.clone(), row.cell.kind());
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let maps = kinds
            .into_iter()
            .map(|(reward, kind)| Self::of(rows, reward, kind));
        maps.filter(|map| {
            map.rows
                .iter()
                .any(|(_, places)| places.iter().any(Option::is_some))
        })
        .collect()
    }

    fn of(rows: &[Row], reward: String, kind: String) -> Self {
        let own: Vec<&Row> = rows.iter().filter(|row| row.cell.kind() == kind).collect();
        let axis = |of: fn(&Row) -> f64| {
            let mut values: Vec<f64> = own.iter().map(|row| of(row)).collect();
            values.sort_by(f64::total_cmp);
            values.dedup();
            values
        };
        let coverages = axis(|row| row.cell.coverage);
        let place = |noise: f64, coverage: f64| {
            let here =
                |row: &&&Row| same(row.cell.noise, noise) && same(row.cell.coverage, coverage);
            let here: Vec<&&Row> = own.iter().filter(here).collect();
            let of = |row: &&Row| Some(row.observed.finished_ends()?.1.rates());
            let pairs = here.iter().filter(|row| row.cell.reward == reward);
            let pairs = pairs.filter_map(|row| {
                let rule = here
                    .iter()
                    .find(|it| it.cell.reward == RULE && it.seed == row.seed)?;
                Some(differences(&of(row)?, &of(rule)?))
            });
            let pairs: Vec<Vec<f64>> = pairs.collect();
            Some(Place {
                difference: Estimate::over(&pairs)?,
                seeds: pairs.len(),
            })
        };
        let noises = axis(|row| row.cell.noise).into_iter();
        let rows = noises.map(|noise| {
            let places = coverages.iter().map(|coverage| place(noise, *coverage));
            (noise, places.collect())
        });
        Self {
            rows: rows.collect(),
            coverages: coverages.clone(),
            reward,
            kind,
        }
    }

    /// What it compares.
    pub(super) fn title(&self) -> String {
        let mut title = format!("{} − {RULE}", self.reward);
        if !self.kind.is_empty() {
            title.push_str(", ");
            title.push_str(&self.kind);
        }
        title
    }
}

/// Values of an axis come from one file, so equal ones are the same bits.
fn same(a: f64, b: f64) -> bool {
    a.total_cmp(&b).is_eq()
}
