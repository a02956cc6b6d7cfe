//! What a training is told, and what it tells in the end.

use std::path::Path;
use std::time::Instant;

use super::folder::Place;
use super::training::Training;
use crate::judge::JudgeOptions;

/// What to train, and where.
pub(crate) struct Request<'a> {
    pub(crate) config: &'a Training,
    pub(crate) out: &'a Path,
    pub(crate) resume: bool,
    /// How samples are judged.
    pub(crate) judging: JudgeOptions,
}

/// How a training ended.
pub(crate) struct Ended {
    pub(crate) interrupted: bool,
    pub(crate) step: u64,
    pub(crate) steps: u64,
    pub(crate) tokens: u64,
    pub(crate) loss: f64,
    pub(crate) seconds: f64,
    pub(crate) cpu_seconds: f64,
    /// The last measurement.
    pub(crate) measured: Vec<(&'static str, f64)>,
}

/// Seconds of a run, over all the processes that it took.
pub(super) struct Clock {
    begun: Instant,
    begun_cpu: f64,
    /// Seconds and CPU seconds before this process.
    earlier: (f64, f64),
}

impl Clock {
    /// From now on.
    pub(super) fn start() -> Self {
        Self {
            begun: Instant::now(),
            begun_cpu: cpu_seconds(),
            earlier: (0.0, 0.0),
        }
    }

    /// Adds what a checkpoint remembers.
    pub(super) fn go_on(&mut self, place: &Place) {
        self.earlier = (place.seconds, place.cpu_seconds);
    }

    /// Seconds and CPU seconds of the whole training.
    pub(super) fn spent(&self) -> (f64, f64) {
        (
            self.earlier.0 + self.begun.elapsed().as_secs_f64(),
            self.earlier.1 + cpu_seconds() - self.begun_cpu,
        )
    }
}

/// Whether what is done every so many steps is due after `step` of them.
pub(super) fn due(step: u64, every: u64) -> bool {
    every > 0 && step > 0 && step.is_multiple_of(every)
}

/// CPU seconds of this process so far, without its workers; 0 where the system does not say.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in parentheses may hold spaces; user and system time are fields 14 and 15, in ticks
    // of 10 ms.
    let fields = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = fields.split(' ').skip(11).take(2);
    ticks
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}
