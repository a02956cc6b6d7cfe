//! The report of an ablation.

use std::path::{Path, PathBuf};

use super::chart::{Axis, Chart, Mark, Point, Shape};
use super::conditions::Condition;
use super::figures::own_models;
use super::map::{Map, Place};
use super::page::{Page, escaped};
use super::summary::{Runs, cells, percent, points};
use crate::ablate::{Ablated, Row};
use crate::results::mean;

/// The text summary: the table of the cells, and the map.
pub(crate) fn text(ablated: &Ablated) -> String {
    let mut out = vec![super::summary::ablation_table(&ablated.rows)];
    for map in Map::all(&ablated.rows) {
        let mut lines = vec![format!("{}, points of held-out pass@1:", map.title())];
        for (noise, places) in &map.rows {
            for (coverage, place) in map.coverages.iter().zip(places) {
                if let Some(place) = place {
                    let difference = points(place.difference);
                    lines.push(format!(
                        "  coverage {coverage}, noise {noise}: {difference}"
                    ));
                }
            }
        }
        out.push(lines.join("\n"));
    }
    out.join("\n\n")
}

/// The page.
pub(crate) fn html(ablated: &Ablated, folders: &[PathBuf]) -> String {
    let names: Vec<String> = folders
        .iter()
        .map(|folder| folder.display().to_string())
        .collect();
    let first = folders
        .first()
        .map_or_else(String::new, |folder| shown(folder));
    let mut page = Page::new(&format!("Ablation {first}"), &state(ablated));
    summary(&mut page, ablated);
    map(&mut page, ablated);
    reward_models(&mut page, &ablated.rows);
    page.heading(
        "Runs under the same tests",
        "Each chart compares the rewards under one condition: the mean over the seeds, in a band from \
         the least to the most. Where the reward says more than is right, it is being gamed or is \
         mistaken.",
    );
    let all: Vec<&Row> = ablated.rows.iter().chain(&ablated.going).collect();
    for condition in Condition::of_rows(&all) {
        page.condition(&condition);
    }
    page.heading(
        "How to get the same",
        "Seeds, versions, and every key of every stage.",
    );
    page.table(&provenance(&ablated.rows));
    page.folded("ablation.toml", &ablated.config);
    page.add(&format!(
        "<pre>rewardsmith ablate {} --out NEW_FOLDER</pre>",
        escaped(
            &names
                .first()
                .map_or_else(String::new, |name| format!("{name}/ablation.toml"))
        )
    ));
    page.html()
}

fn shown(folder: &Path) -> String {
    let name = folder.file_name();
    name.map_or_else(
        || folder.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// How far it has come.
fn state(ablated: &Ablated) -> String {
    let finished = match ablated.planned {
        Some(planned) => format!("{} of {planned} runs are finished", ablated.rows.len()),
        None => format!("{} finished runs", ablated.rows.len()),
    };
    let going = match ablated.going.len() {
        0 => String::new(),
        1 => ", one more is under way".to_owned(),
        more => format!(", {more} more are under way"),
    };
    let says = format!("{finished}{going}.");
    let ends = ablated.rows.first();
    if let Some((before, _)) = ends.and_then(|row| row.observed.finished_ends()) {
        let samples = before.ks.last().copied().unwrap_or(0);
        let problems = before.correct.len();
        let suite = &before.suite;
        return format!(
            "{says} Measured on {suite}, {problems} problems, {samples} samples of each."
        );
    }
    says
}

fn summary(page: &mut Page, ablated: &Ablated) {
    page.heading(
        "What came out",
        "Held-out pass@1 by all cases. Intervals are 95 % bootstrap intervals over seeds and problems; \
         gains are paired with the same policy before. False pass: weak passes that are wrong. Fell for: \
         wrong programs that were paid like right ones. Both of held-out samples after the \
         last step; of older runs, of the rollouts of the last ten steps.",
    );
    let rows = cells(&ablated.rows);
    page.table(&rows.into_iter().map(Vec::from).collect::<Vec<_>>());
}

fn map(page: &mut Page, ablated: &Ablated) {
    let charts = by_coverage(&ablated.rows);
    let maps = Map::all(&ablated.rows);
    if charts.is_empty() && maps.is_empty() {
        return;
    }
    page.heading(
        "The map",
        "Held-out pass@1 after training, by the share of the cases that the reward sees, and what each \
         reward gave more than the tests alone: points, with the interval and the seeds that are paired. \
         Coloured where the interval leaves out 0.",
    );
    let mut names: Vec<&str> = Vec::new();
    for runs in Runs::of(&ablated.rows) {
        let name = &runs.cell.reward[..];
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let lines = names
        .iter()
        .enumerate()
        .map(|(place, name)| (place + 1, *name));
    page.legend(lines.chain([(0, "before")]));
    page.charts(&charts);
    let maps: String = maps.iter().map(table).collect();
    page.add(&format!("<div class=\"maps\">{maps}</div>"));
}

fn table(map: &Map) -> String {
    let cell = |place: &Option<Place>| {
        let Some(Place { difference, seeds }) = place else {
            return "<td></td>".to_owned();
        };
        let class = if difference.low > 0.0 {
            " class=\"up\""
        } else if difference.high < 0.0 {
            " class=\"down\""
        } else {
            ""
        };
        let [middle, low, high] =
            [difference.mean, difference.low, difference.high].map(|value| value * 100.0);
        let plural = if *seeds == 1 { "seed" } else { "seeds" };
        format!(
            "<td{class}>{middle:+.1}<small>{low:+.1} to {high:+.1}, {seeds} {plural}</small></td>"
        )
    };
    let row = |(noise, places): &(f64, Vec<Option<Place>>)| {
        let cells: String = places.iter().map(cell).collect();
        format!("<tr><th>noise {noise}</th>{cells}</tr>")
    };
    let head = map
        .coverages
        .iter()
        .map(|coverage| format!("<th>coverage {coverage}</th>"));
    format!(
        "<div class=\"wide\"><b>{}</b><table><tr><th></th>{}</tr>{}</table></div>",
        escaped(&map.title()),
        head.collect::<String>(),
        map.rows.iter().map(row).collect::<String>()
    )
}

/// A chart for each noise (and kind of runs) that has several coverages.
fn by_coverage(rows: &[Row]) -> Vec<Chart> {
    let all = Runs::of(rows);
    let mut titles: Vec<String> = Vec::new();
    let title = |runs: &Runs<'_>| {
        let kind = runs.cell.kind();
        let comma = if kind.is_empty() { "" } else { ", " };
        format!("Noise {}{comma}{kind}", runs.cell.noise)
    };
    let mut names: Vec<&str> = Vec::new();
    for runs in &all {
        if !titles.contains(&title(runs)) {
            titles.push(title(runs));
        }
        if !names.contains(&&runs.cell.reward[..]) {
            names.push(&runs.cell.reward);
        }
    }
    let chart = |wanted: String| {
        let own: Vec<_> = all.iter().filter(|runs| title(runs) == wanted).collect();
        let mut marks: Vec<Mark> = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let here = own.iter().filter(|runs| runs.cell.reward == *name);
            let mut points: Vec<Point> = here
                .filter_map(|runs| {
                    let after = runs.outcome()?.after;
                    Some(Point {
                        x: runs.cell.coverage + beside(place, names.len()),
                        y: after.mean,
                        low: after.low,
                        high: after.high,
                    })
                })
                .collect();
            points.sort_by(|a, b| a.x.total_cmp(&b.x));
            marks.push(Mark {
                colour: place + 1,
                shape: Shape::Bars,
                points,
            });
        }
        let before = own
            .iter()
            .filter_map(|runs| Some((runs.cell.coverage, runs.outcome()?.before.mean)));
        let mut before: Vec<Point> = before.map(|(x, y)| Point::at(x, y)).collect();
        before.sort_by(|a, b| a.x.total_cmp(&b.x));
        before.dedup_by(|a, b| a.x.total_cmp(&b.x).is_eq());
        let several = before.len() > 1;
        marks.push(Mark {
            colour: 0,
            shape: Shape::Dashed,
            points: before,
        });
        several.then_some(Chart {
            title: wanted,
            x: Axis::Numbers("coverage"),
            y: Axis::Shares("pass@1 after"),
            marks,
        })
    };
    titles.into_iter().filter_map(chart).collect()
}

/// How far the dots of a reward stand beside their coverage, so that bars do not hide each other.
fn beside(place: usize, of: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a few rewards")]
    let offset = place as f64 - (of as f64 - 1.0) / 2.0;
    0.012 * offset
}

/// A table of how good the reward models are.
fn reward_models(page: &mut Page, rows: &[Row]) {
    let all: Vec<&Row> = rows.iter().collect();
    let mut lines = vec![
        [
            "reward model",
            "models",
            "accuracy",
            "AUC",
            "AUC within a problem",
            "ECE",
            "best of n",
            "one sample",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for condition in Condition::of_rows(&all) {
        for line in own_models(&condition) {
            let of = |name: &str| {
                let values = line.models.iter().filter_map(|model| model[name].as_f64());
                mean(&values.collect::<Vec<_>>())
            };
            lines.push(vec![
                format!("{}, {}", line.name, condition.title),
                line.models.len().to_string(),
                percent(of("accuracy_gold")),
                format!("{:.3}", of("auc_gold")),
                format!("{:.3}", of("auc_gold_within")),
                format!("{:.3}", of("ece_gold")),
                percent(of("best_of_n")),
                percent(of("pass_at_1")),
            ]);
        }
    }
    if lines.len() > 1 {
        page.heading(
            "The reward models",
            "On samples of the start on held-out problems, against all cases: means over the seeds.",
        );
        page.table(&lines);
    }
}

fn provenance(rows: &[Row]) -> Vec<Vec<String>> {
    let mut lines = vec![
        ["cell", "seeds", "rewardsmith", "seconds a run", "of CPU"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for runs in Runs::of(rows) {
        let seeds: Vec<String> = runs.rows.iter().map(|row| row.seed.to_string()).collect();
        let mut versions: Vec<&str> = runs.rows.iter().map(|row| &row.version[..]).collect();
        versions.dedup();
        let over =
            |of: fn(&Row) -> f64| mean(&runs.rows.iter().map(|row| of(row)).collect::<Vec<_>>());
        lines.push(vec![
            runs.cell.name(),
            seeds.join(", "),
            versions.join(", "),
            format!("{:.0}", over(|row| row.seconds)),
            format!("{:.0}", over(|row| row.cpu_seconds)),
        ]);
    }
    lines
}
