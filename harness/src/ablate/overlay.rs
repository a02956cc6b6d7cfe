//! Keys over keys: tables that are merged, and errors that name the line where a key was written.
//!
//! A stage's configuration is read only after merging, so its errors speak of a text that nobody
//! wrote. The key that such an error is about is looked up in the user's file.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use crate::commands::Failure;

/// Where each key of a file stands.
#[derive(Debug)]
pub(super) struct Lines {
    place: String,
    lines: BTreeMap<String, usize>,
}

impl Lines {
    /// Of a text that parses.
    pub(super) fn of(text: &str, place: &str) -> Self {
        let mut lines = Self {
            place: place.to_owned(),
            lines: BTreeMap::new(),
        };
        if let Ok(table) = DeTable::parse(text) {
            lines.enter(text, "", table.get_ref());
        }
        lines
    }

    fn enter(&mut self, text: &str, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = format!("{prefix}{}", key.get_ref());
            let line = text[..key.span().start].matches('\n').count() + 1;
            self.lines.entry(path.clone()).or_insert(line);
            match value.get_ref() {
                DeValue::Table(table) => self.enter(text, &format!("{path}."), table),
                DeValue::Array(array) => {
                    for (number, value) in array.iter().enumerate() {
                        if let DeValue::Table(table) = value.get_ref() {
                            self.enter(text, &format!("{path}.{number}."), table);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The line of a key, or of the nearest table around it.
    fn line(&self, key: &str) -> Option<usize> {
        let mut key = key;
        loop {
            if let Some(line) = self.lines.get(key) {
                return Some(*line);
            }
            key = key.rsplit_once('.')?.0;
        }
    }

    /// Whether the file has that very key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.lines.contains_key(key)
    }

    /// What is said of a key that cannot be as it is.
    pub(super) fn refused(&self, key: &str, why: &str) -> Failure {
        let line = self.line(key).unwrap_or(1);
        // The places in a list of tables mean nothing to who wrote it.
        let shown: Vec<&str> = key
            .split('.')
            .filter(|p| p.parse::<u32>().is_err())
            .collect();
        Failure::bad_input(format!(
            "{}:{line}: `{}`: {why}",
            self.place,
            shown.join(".")
        ))
    }

    /// The same for a failure to read merged keys: `message` begins with a line of `merged`, and
    /// `prefixes` are where the keys come from, the last one winning.
    pub(super) fn translated(&self, message: &str, merged: &str, prefixes: &[String]) -> Failure {
        let (at, why) = message.split_once(": ").unwrap_or(("", message));
        let line = at.trim_start_matches(':').parse().unwrap_or(0);
        let key = key_at(merged, line);
        let written = prefixes.iter().rev().find_map(|prefix| {
            let whole = format!("{prefix}.{key}");
            self.has(&whole).then_some(whole)
        });
        let nearest = written.unwrap_or_else(|| prefixes[0].clone());
        self.refused(&nearest, why)
    }
}

/// The key that stands in a line, with its section.
fn key_at(text: &str, line: usize) -> String {
    let mut section = "";
    for (number, text) in (1..).zip(text.lines()) {
        let header = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        section = header.unwrap_or(section);
        if number == line {
            let name = text.split(" = ").next().unwrap_or_default();
            return match (header, section) {
                (Some(_), section) => section.to_owned(),
                (None, "") => name.to_owned(),
                (None, section) => format!("{section}.{name}"),
            };
        }
    }
    String::new()
}

/// Lays `over` on `under`: tables are merged, everything else is replaced.
pub(super) fn lay(under: &mut Table, over: &Table) {
    for (key, value) in over {
        match (under.get_mut(key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay(below, above),
            _ => {
                under.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Sets a key written `section.key`.
pub(super) fn set(table: &mut Table, key: &str, value: impl Into<Value>) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value.into());
        }
        Some((section, rest)) => {
            let below = table
                .entry(section)
                .or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(below) = below {
                set(below, rest, value);
            }
        }
    }
}

/// Removes a key written `section.key`.
pub(super) fn remove(table: &mut Table, key: &str) {
    match key.split_once('.') {
        None => {
            table.remove(key);
        }
        Some((section, rest)) => {
            if let Some(Value::Table(below)) = table.get_mut(section) {
                remove(below, rest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_above_wins_and_the_rest_shows_through() {
        let mut under: Table = toml::from_str("a = 1\n[s]\nb = 2\nc = 3\n").unwrap();
        lay(&mut under, &toml::from_str("s.c = 4\nd = 5\n").unwrap());
        set(&mut under, "t.e", 6);
        let wanted: Table =
            toml::from_str("a = 1\nd = 5\n[s]\nb = 2\nc = 4\n[t]\ne = 6\n").unwrap();
        assert_eq!(under, wanted);
        remove(&mut under, "t.e");
        assert!(under["t"].as_table().is_some_and(Table::is_empty));
    }

    #[test]
    fn an_error_of_merged_keys_names_the_line_of_the_file() {
        let text = "[grpo]\nfrom = \"x\"\noptimiser.lr = 1\n[[grid]]\nseeds = []\n";
        let lines = Lines::of(text, "a.toml");
        let merged = "algorithm = \"grpo\"\n\n[optimiser]\nlr = 1\n";
        let prefixes = ["grpo".to_owned(), "settings.x.grpo".to_owned()];
        let message = |text: &str| lines.translated(text, merged, &prefixes).message;
        assert_eq!(message(":4: wrong"), "a.toml:3: `grpo.optimiser.lr`: wrong");
        assert_eq!(message(":1: wrong"), "a.toml:1: `grpo`: wrong");
        let grid = lines.refused("grid.0.seeds", "it is empty").message;
        assert_eq!(grid, "a.toml:5: `grid.seeds`: it is empty");
    }
}
