//! Samples to read, as markup.

use super::conditions::{Condition, Line};
use super::page::escaped;
use crate::observed::{Kind, Sample};

/// Of each kind and line.
const SHOWN: usize = 2;

/// The samples of a condition's lines; empty where there are none.
pub(super) fn markup(condition: &Condition<'_>) -> String {
    let lines = condition
        .lines
        .iter()
        .filter(|line| line.runs.iter().any(|run| !run.samples.is_empty()));
    lines.map(of_line).collect()
}

fn of_line(line: &Line<'_>) -> String {
    let mut out = format!("<h4>{}</h4><div class=\"samples\">", escaped(&line.name));
    let wanted = [
        (Kind::Fooled, false),
        (Kind::Fooled, true),
        (Kind::Best, false),
        (Kind::Worst, false),
    ];
    for (kind, held_out) in wanted {
        let samples = line.runs.iter().flat_map(|run| &run.samples);
        let samples = samples.filter(|sample| sample.kind == kind && sample.held_out == held_out);
        out.extend(samples.take(SHOWN).map(article));
    }
    out.push_str("</div>");
    out
}

fn article(sample: &Sample) -> String {
    let (class, what) = match sample.kind {
        Kind::Best => ("best", "right, paid the most"),
        Kind::Worst => ("worst", "wrong, paid the least"),
        Kind::Fooled => ("fooled", "wrong, paid like a right one"),
    };
    let mut says = vec![format!("reward {}", sample.reward)];
    says.extend(
        sample
            .reward_model
            .map(|opinion| format!("the reward model says {opinion}")),
    );
    let weak = sample.weak.map(|weak| if weak { "pass" } else { "fail" });
    says.extend(weak.map(|weak| format!("weak label {weak}")));
    if sample.flipped {
        says.push("turned by noise".to_owned());
    }
    says.push(format!("all cases: {}", sample.verdict));
    if sample.count > 1 {
        says.push(format!("{} times", sample.count));
    }
    if sample.held_out {
        says.push("held out".to_owned());
    }
    format!(
        "<article class=\"{class}\"><p><b>{what}</b> {} at step {}</p><pre>{}<mark>{}</mark></pre><p>{}</p></article>",
        escaped(&sample.problem),
        sample.step,
        escaped(&sample.prompt),
        escaped(sample.completion.trim_end()),
        escaped(&says.join(", "))
    )
}
