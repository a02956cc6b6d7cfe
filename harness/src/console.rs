//! The one place that prints. Data goes to standard output, everything else to standard error;
//! progress is drawn only on a terminal.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sandboxes::Step;
use serde::Serialize;

/// How results are shown on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Tables for people.
    Human,
    /// One JSON object a line.
    Jsonl,
}

/// Where a command says what it has to say.
pub(crate) struct Console {
    pub(crate) format: Format,
}

#[allow(
    clippy::unused_self,
    reason = "whoever prints must hold the console: nothing else in the crate writes to a stream"
)]
impl Console {
    pub(crate) fn new(format: Format) -> Self {
        Self { format }
    }

    /// A line of data. A reader that has gone away is no error of ours.
    pub(crate) fn line(&self, text: impl Display) {
        // Colours are dropped where nobody sees them or NO_COLOR asks for none.
        let _ = writeln!(anstream::stdout().lock(), "{text}");
    }

    /// A line of data as JSON.
    pub(crate) fn json(&self, value: &impl Serialize) {
        let text = serde_json::to_string(value).expect("our own records are JSON");
        let _ = writeln!(io::stdout().lock(), "{text}");
    }

    /// A remark.
    pub(crate) fn note(&self, text: impl Display) {
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// A bar that counts to `length`, drawn on standard error if that is a terminal.
    pub(crate) fn bar(&self, length: usize, what: &'static str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr());
        let template = "{msg} {wide_bar} {pos}/{len}  {per_sec}  {eta} left";
        bar.set_style(ProgressStyle::with_template(template).expect("a fixed template"));
        bar.set_message(what);
        bar
    }

    /// Shows the steps of a set-up: a moving bar on a terminal, else a line for each.
    pub(crate) fn steps(&self) -> Steps {
        Steps {
            bar: RefCell::new(None),
        }
    }
}

/// The display of a set-up.
pub(crate) struct Steps {
    bar: RefCell<Option<ProgressBar>>,
}

impl Steps {
    pub(crate) fn show(&self, step: Step) {
        let mut bar = self.bar.borrow_mut();
        let bar = bar.get_or_insert_with(|| {
            let target = ProgressDrawTarget::stderr();
            let bar = ProgressBar::with_draw_target(Some(step.of.into()), target);
            let template = "{spinner} {msg} {wide_bar} step {pos}/{len}  {elapsed}";
            bar.set_style(ProgressStyle::with_template(template).expect("a fixed template"));
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        bar.set_position(step.number.into());
        bar.set_message(step.what);
        if bar.is_hidden() {
            let _ = writeln!(
                anstream::stderr().lock(),
                "set-up, step {} of {}: {}",
                step.number,
                step.of,
                step.what
            );
        }
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.borrow().as_ref() {
            bar.finish_and_clear();
        }
    }
}
