//! Equal candidates of one problem are judged once.
//!
//! A verdict is a pure function of problem, candidate, limits and toolchain, so what was found for a
//! candidate is what would be found for its twins. Policies repeat themselves a lot. What a fault of
//! ours kept from being judged is not a function of anything and is never handed on: its twins are
//! judged themselves.

use std::collections::HashMap;

use super::Outcome;

/// Whether what was found for a candidate also answers for its twins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reuse {
    /// Equal candidates are judged once.
    #[default]
    Twins,
    /// Every candidate is judged, for whoever measures speed.
    Never,
}

/// How many candidates were judged, and how many had what was found for a twin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) judged: usize,
    pub(crate) reused: usize,
}

/// Stands for a candidate: a digest of its program and everything else that it depends on.
pub(crate) type Key = [u8; 32];

/// The candidates of one run, as they come and as they end; `T` is what else is wanted of a record.
pub(super) struct Twins<T> {
    reuse: Reuse,
    states: HashMap<Key, State<T>>,
    /// The keys of those under way.
    keys: HashMap<u64, Key>,
    /// Twins that came after the first had ended.
    late: Vec<(u64, Key)>,
    /// Twins of one that could not be judged, with their program.
    orphans: Vec<(u64, String)>,
    pub(super) counts: Counts,
}

enum State<T> {
    UnderWay { source: String, twins: Vec<u64> },
    Known(Outcome, T),
}

impl<T: Clone> Twins<T> {
    pub(super) fn new(reuse: Reuse) -> Self {
        Self {
            reuse,
            states: HashMap::new(),
            keys: HashMap::new(),
            late: Vec::new(),
            orphans: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// Takes a candidate; whether it must be judged, because it has no twin before it.
    pub(super) fn admit(&mut self, number: u64, key: impl FnOnce() -> Key, source: &str) -> bool {
        if self.reuse == Reuse::Never {
            return true;
        }
        let key = key();
        match self.states.get_mut(&key) {
            Some(State::UnderWay { twins, .. }) => twins.push(number),
            Some(State::Known(..)) => self.late.push((number, key)),
            None => {
                let state = State::UnderWay {
                    source: source.to_owned(),
                    twins: Vec::new(),
                };
                self.states.insert(key, state);
                self.keys.insert(number, key);
                return true;
            }
        }
        false
    }

    /// Hears what was found for a candidate that had to be judged.
    pub(super) fn ended(&mut self, number: u64, outcome: &Outcome, more: &T) {
        self.counts.judged += 1;
        let Some(key) = self.keys.remove(&number) else {
            return;
        };
        let Some(State::UnderWay { source, twins }) = self.states.remove(&key) else {
            return;
        };
        if outcome.passed().is_none() {
            let orphans = twins.into_iter().map(|twin| (twin, source.clone()));
            return self.orphans.extend(orphans);
        }
        self.late.extend(twins.into_iter().map(|twin| (twin, key)));
        let known = State::Known(outcome.clone(), more.clone());
        self.states.insert(key, known);
    }

    /// A candidate for which its twin's end has brought what was found.
    pub(super) fn next_answered(&mut self) -> Option<(u64, Outcome, T)> {
        let (number, key) = self.late.pop()?;
        let State::Known(outcome, more) = &self.states[&key] else {
            unreachable!("only twins of what has ended are late")
        };
        self.counts.reused += 1;
        Some((number, outcome.clone(), more.clone()))
    }

    /// The candidates whose twin could not be judged.
    pub(super) fn take_orphans(&mut self) -> Vec<(u64, String)> {
        std::mem::take(&mut self.orphans)
    }
}

#[cfg(test)]
mod tests {
    use sandboxes::Fuel;

    use super::*;
    use crate::Verdict;

    fn outcome(fuel: u64) -> Outcome {
        Outcome {
            verdict: Verdict::WrongAnswer,
            detail: String::new(),
            fuel: Fuel(fuel),
            memory_bytes: 0,
            cases: Vec::new(),
        }
    }

    fn answered(twins: &mut Twins<char>) -> Vec<(u64, u64, char)> {
        let mut found: Vec<_> = std::iter::from_fn(|| twins.next_answered())
            .map(|(number, outcome, more)| (number, outcome.fuel.0, more))
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn twins_have_what_was_found_for_the_first_whenever_they_come() {
        let mut twins = Twins::new(Reuse::Twins);
        assert!(twins.admit(0, || [0; 32], "a"));
        assert!(twins.admit(1, || [1; 32], "b"));
        assert!(!twins.admit(2, || [0; 32], "a"));
        assert_eq!(answered(&mut twins), []);
        twins.ended(1, &outcome(7), &'b');
        twins.ended(0, &outcome(8), &'a');
        assert!(!twins.admit(3, || [1; 32], "b"));
        assert_eq!(answered(&mut twins), [(2, 8, 'a'), (3, 7, 'b')]);
        let counts = Counts {
            judged: 2,
            reused: 2,
        };
        assert_eq!(twins.counts, counts);
    }

    #[test]
    fn a_fault_of_ours_is_not_handed_on() {
        let mut twins = Twins::new(Reuse::Twins);
        assert!(twins.admit(0, || [0; 32], "a"));
        assert!(!twins.admit(1, || [0; 32], "a"));
        let fault = Outcome::not_judged("a worker died".to_owned());
        twins.ended(0, &fault, &'a');
        assert_eq!(answered(&mut twins), []);
        assert_eq!(twins.take_orphans(), [(1, "a".to_owned())]);
        assert!(twins.admit(2, || [0; 32], "a"), "the next starts anew");
    }

    #[test]
    fn who_wants_no_reuse_has_every_candidate_judged() {
        let mut twins = Twins::<char>::new(Reuse::Never);
        let key = || unreachable!("nobody needs it");
        assert!(twins.admit(0, key, "a") && twins.admit(1, key, "a"));
    }
}
