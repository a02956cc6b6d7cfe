//! The learning rate as a function of the step.

use serde::{Deserialize, Serialize};

/// What follows the warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Decay {
    /// The peak rate for ever.
    Constant,
    /// Half a cosine from the peak at the end of the warm-up to `floor` times the peak at `steps`.
    Cosine {
        /// The step at which the floor is reached.
        steps: u64,
        /// Share of the peak that stays.
        floor: f64,
    },
}

/// A warm-up along a line, then a decay.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The highest rate.
    pub peak: f64,
    /// Steps until it is reached: step 0 already moves, by `peak / warmup`.
    pub warmup: u64,
    /// What follows.
    pub decay: Decay,
}

impl Schedule {
    /// One rate for all steps.
    pub fn constant(rate: f64) -> Self {
        Self {
            peak: rate,
            warmup: 0,
            decay: Decay::Constant,
        }
    }

    /// The rate of a step, counted from 0.
    pub fn rate(&self, step: u64) -> f64 {
        if step < self.warmup {
            return self.peak * (step + 1) as f64 / self.warmup as f64;
        }
        match self.decay {
            Decay::Constant => self.peak,
            Decay::Cosine { steps, floor } => {
                let span = steps.saturating_sub(self.warmup).max(1);
                let done = ((step - self.warmup) as f64 / span as f64).min(1.0);
                let cosine = 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
                self.peak * (floor + (1.0 - floor) * cosine)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_along_a_line_and_falls_along_a_cosine_to_the_floor() {
        let decay = Decay::Cosine {
            steps: 110,
            floor: 0.1,
        };
        let schedule = Schedule {
            peak: 2.0,
            warmup: 10,
            decay,
        };
        let rates = [0, 4, 9, 10, 60, 110, 500].map(|s| schedule.rate(s));
        for (rate, wanted) in rates.iter().zip([0.2, 1.0, 2.0, 2.0, 1.1, 0.2, 0.2]) {
            assert!((rate - wanted).abs() < 1e-12, "{rates:?}");
        }
    }
}
