//! The page: one file that needs nothing else, narrow or wide, light or dark.

use std::fmt::Write;

use super::chart::Chart;
use super::conditions::Condition;
use super::{figures, samples};
use crate::Verdict;

/// A page under way.
pub(super) struct Page {
    title: String,
    body: String,
}

impl Page {
    /// A page with its heading and a line below it.
    pub(super) fn new(title: &str, subtitle: &str) -> Self {
        let mut page = Self {
            title: title.to_owned(),
            body: String::new(),
        };
        page.add(&format!(
            "<header><h1>{}</h1><p>{}</p></header>",
            escaped(title),
            escaped(subtitle)
        ));
        page
    }

    /// Adds markup as it is.
    pub(super) fn add(&mut self, markup: &str) {
        self.body.push_str(markup);
        self.body.push('\n');
    }

    /// Adds a heading with a sentence on what follows.
    pub(super) fn heading(&mut self, title: &str, explanation: &str) {
        self.add(&format!(
            "<h2>{}</h2><p>{}</p>",
            escaped(title),
            escaped(explanation)
        ));
    }

    /// Adds a table; the first row is its head.
    pub(super) fn table(&mut self, rows: &[Vec<String>]) {
        let row = |tag: &str, cells: &[String]| {
            let cells = cells
                .iter()
                .map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell)));
            format!("<tr>{}</tr>", cells.collect::<String>())
        };
        let Some((head, rows)) = rows.split_first() else {
            return;
        };
        let rows = rows.iter().map(|cells| row("td", cells));
        self.add(&format!(
            "<div class=\"wide\"><table><thead>{}</thead><tbody>{}</tbody></table></div>",
            row("th", head),
            rows.collect::<String>()
        ));
    }

    /// Adds charts side by side.
    pub(super) fn charts(&mut self, charts: &[Chart]) {
        let figure = |chart: &Chart| {
            let svg = chart.svg();
            if svg.is_empty() {
                return String::new();
            }
            format!(
                "<figure><figcaption>{}</figcaption>{svg}</figure>",
                escaped(&chart.title)
            )
        };
        let figures: String = charts.iter().map(figure).collect();
        self.add(&format!("<div class=\"charts\">{figures}</div>"));
    }

    /// Adds what the colours mean.
    pub(super) fn legend<'a>(&mut self, names: impl Iterator<Item = (usize, &'a str)>) {
        let name = |(colour, name): (usize, &str)| {
            format!(
                "<li><i style=\"background:var(--c{colour})\"></i>{}</li>",
                escaped(name)
            )
        };
        let names: String = names.map(name).collect();
        self.add(&format!("<ul class=\"legend\">{names}</ul>"));
    }

    /// Adds everything about the runs of a condition.
    pub(super) fn condition(&mut self, condition: &Condition<'_>) {
        if !condition.title.is_empty() {
            self.add(&format!("<h3>{}</h3>", escaped(&condition.title)));
        }
        self.lines_legend(condition);
        self.charts(&figures::main(condition));
        let further = figures::further(condition);
        if !further.is_empty() {
            self.add("<details><summary>Further curves</summary>");
            self.charts(&further);
            self.add("</details>");
        }
        let verdicts = figures::verdicts(condition);
        if !verdicts.is_empty() {
            self.add("<details><summary>Verdicts over time</summary>");
            let names = Verdict::ALL.iter().map(|verdict| verdict.name());
            self.legend(figures::OF_VERDICTS.into_iter().zip(names));
            self.charts(&verdicts);
            self.add("</details>");
        }
        let samples = samples::markup(condition);
        if !samples.is_empty() {
            self.add("<details><summary>Samples to read</summary>");
            self.add(&samples);
            self.add("</details>");
        }
    }

    /// Adds what the colours of a condition's lines mean.
    fn lines_legend(&mut self, condition: &Condition<'_>) {
        let lines = condition.lines.iter().filter(|line| !line.name.is_empty());
        let lines: Vec<(usize, &str)> = lines.map(|line| (line.colour, &line.name[..])).collect();
        if lines.is_empty() {
            return;
        }
        let before = [(0, "before, or what would be perfect")];
        self.legend(lines.into_iter().chain(before));
    }

    /// Adds a text to copy, folded away.
    pub(super) fn folded(&mut self, title: &str, text: &str) {
        self.add(&format!(
            "<details><summary>{}</summary><pre>{}</pre></details>",
            escaped(title),
            escaped(text)
        ));
    }

    /// The file.
    pub(super) fn html(&self) -> String {
        let mut html = String::new();
        write!(
            html,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n\
             <style>\n{}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
            escaped(&self.title),
            include_str!("page.css"),
            self.body
        )
        .expect("memory takes all");
        html
    }
}

/// A text as markup that shows it.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_wrote_is_shown_and_never_obeyed() {
        let mut page = Page::new("<script>", "a & b");
        page.folded("x", "</pre><script>alert(1)</script>");
        page.table(&[vec!["<td>".to_owned()], vec!["\"".to_owned()]]);
        let html = page.html();
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;"));
        assert!(html.contains("<th>&lt;td&gt;</th>") && html.contains("<td>&quot;</td>"));
    }
}
