//! The report of a single training.

use std::path::Path;

use super::conditions::Condition;
use super::page::{Page, escaped};
use super::statistics::{Estimate, differences};
use super::summary::{aligned, interval, percent, points};
use crate::observed::Observed;

/// A training with its configuration's text.
pub(crate) struct Training<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) config: &'a str,
    pub(crate) observed: &'a Observed,
}

impl Training<'_> {
    /// The text summary: names and values.
    pub(crate) fn text(&self) -> String {
        aligned(&self.facts())
    }

    /// The page.
    pub(crate) fn html(&self) -> String {
        let name = self
            .folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let mut page = Page::new(&format!("Training {name}"), &self.state());
        page.heading(
            "What came out",
            "Held-out rates are by all cases; intervals are 95 % bootstrap intervals over problems. The \
             last ten steps are of rollouts on prompts of training.",
        );
        let facts = self.facts().into_iter().map(Vec::from);
        let head = vec![vec!["what".to_owned(), "value".to_owned()]];
        page.table(&head.into_iter().chain(facts).collect::<Vec<_>>());
        page.heading(
            "Over the steps",
            "Points are means of the steps since the one before.",
        );
        page.condition(&Condition::of_run(self.observed));
        page.heading("How to get the same", "Every key, the seed among them.");
        page.add(&format!(
            "<pre>rewardsmith train {}/config.toml --out NEW_FOLDER</pre><p>rewardsmith {}</p>",
            escaped(&self.folder.display().to_string()),
            env!("CARGO_PKG_VERSION")
        ));
        page.folded("config.toml", self.config);
        page.html()
    }

    fn state(&self) -> String {
        let run = self.observed;
        match run.planned {
            Some(planned) if run.steps < planned => {
                format!(
                    "{}: {} of {planned} steps so far.",
                    run.algorithm, run.steps
                )
            }
            _ => format!("{}: {} steps.", run.algorithm, run.steps),
        }
    }

    fn facts(&self) -> Vec<[String; 2]> {
        let run = self.observed;
        let mut facts = vec![["steps".to_owned(), run.steps.to_string()]];
        let mut put = |name: &str, value: String| facts.push([name.to_owned(), value]);
        for one in &run.evaluations {
            let Some(rate) = Estimate::over(&[one.rates()]) else {
                continue;
            };
            put(&format!("pass@1 after step {}", one.step), interval(rate));
            if let Some(paid) = one.paid {
                put(
                    &format!("as the reward sees it after step {}", one.step),
                    format!(
                        "{} pass, {} of those wrong; {} wrong but paid like right",
                        percent(paid.weak_pass_at_1),
                        paid.false_pass_rate.map_or_else(|| "-".to_owned(), percent),
                        percent(paid.fell_for)
                    ),
                );
            }
        }
        if let [first, .., last] = &run.evaluations[..] {
            let gain = Estimate::over(&[differences(&last.rates(), &first.rates())]);
            if let Some(gain) = gain {
                put("gain, points", points(gain));
            }
            for (which, one) in [("before", first), ("after", last)] {
                let at_k = one
                    .ks
                    .iter()
                    .zip(one.pass_at.iter().zip(&one.maj_at))
                    .skip(1);
                for (k, (pass, maj)) in at_k {
                    put(
                        &format!("pass@{k}, maj@{k} {which}"),
                        format!("{}, {}", percent(*pass), percent(*maj)),
                    );
                }
            }
        }
        for (name, what) in [
            ("pass_rate_weak", "weak passes, last steps"),
            ("pass_rate_gold", "right, last steps"),
            ("false_pass_rate", "false passes, last steps"),
            ("fooled", "wrong but paid like right, last steps"),
        ] {
            if let Some(value) = run.tail.get(name) {
                put(what, percent(*value));
            }
        }
        for name in [
            "reward_mean",
            "kl",
            "entropy",
            "loss",
            "tokens_per_second",
            "seconds",
            "cpu_seconds",
        ] {
            if let Some(value) = run.tail.get(name) {
                put(&name.replace('_', " "), format!("{value}"));
            }
        }
        for pass in &run.passes {
            let of = |name: &str| pass[name].as_f64().unwrap_or(f64::NAN);
            put(
                &format!("reward model after pass {}", pass["epoch"]),
                format!(
                    "accuracy {:.3}, AUC {:.3} ({:.3} within a problem), ECE {:.3}, best of n {} where one is {}",
                    of("accuracy_gold"),
                    of("auc_gold"),
                    of("auc_gold_within"),
                    of("ece_gold"),
                    percent(of("best_of_n")),
                    percent(of("pass_at_1"))
                ),
            );
        }
        facts
    }
}
