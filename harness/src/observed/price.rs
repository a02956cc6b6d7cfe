//! What the reward fell for: one meaning for every source of rewards.

use crate::results::mean;

/// What a right program is paid on average; where none is right, any program.
pub(crate) struct Price(f64);

impl Price {
    /// Of programs, each with whether it is right and its reward; `None` where nothing was paid.
    pub(crate) fn of(programs: &[(Option<bool>, Option<f64>)]) -> Option<Self> {
        let paid = |right: bool| -> Vec<f64> {
            let of = programs.iter();
            let of = of.filter(|(gold, _)| !right || *gold == Some(true));
            of.filter_map(|(_, reward)| *reward).collect()
        };
        let price = [paid(true), paid(false)];
        let paid = price.iter().find(|paid| !paid.is_empty());
        paid.map(|paid| Self(mean(paid)))
    }

    /// Whether the reward fell for a program: it is wrong by all cases, and paid like a right one.
    pub(crate) fn fools(&self, gold: Option<bool>, reward: Option<f64>) -> bool {
        gold == Some(false) && reward.is_some_and(|paid| paid > 0.0 && paid >= self.0)
    }
}
