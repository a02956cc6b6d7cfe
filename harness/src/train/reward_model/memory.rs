//! What a reward model has learned from: it lies beside the model, so that who trains it on can replay
//! a part.

use std::path::Path;

use model::write_file_atomically;
use serde::{Deserialize, Serialize};

use super::Sample;
use crate::commands::Failure;
use crate::train::data::shuffled;

const FILE: &str = "samples.postcard";

/// Earlier samples that are remembered, the newest ones: some megabytes.
const REMEMBERED: usize = 32_768;

/// Samples with their labels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::train) struct Memory {
    /// Times that the model was trained on since it began.
    pub(in crate::train) taken: u64,
    /// Those that it has yet to learn from.
    pub(in crate::train) fresh: Vec<Sample>,
    earlier: Vec<Sample>,
}

impl Memory {
    /// Of a model that has learned from these.
    pub(super) fn of(samples: Vec<Sample>) -> Self {
        let mut memory = Self::default();
        memory.put_away(samples);
        memory
    }

    /// Reads a reward model's folder.
    pub(in crate::train) fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        let bytes = std::fs::read(&path).map_err(|error| error.to_string());
        let read =
            bytes.and_then(|bytes| postcard::from_bytes(&bytes).map_err(|error| error.to_string()));
        read.map_err(|why| {
            Failure::bad_input(format!(
                "`{}` cannot be read ({why}), and `refresh` replays from it; put it back, or train \
                 the reward model again",
                path.display()
            ))
        })
    }

    /// Writes into a reward model's folder.
    pub(in crate::train) fn write(&self, folder: &Path) -> model::Result<()> {
        let bytes = postcard::to_stdvec(self).expect("samples have a binary form");
        write_file_atomically(&folder.join(FILE), &bytes)
    }

    /// Begins another training: nothing is fresh.
    pub(in crate::train) fn begin(&mut self) {
        self.taken = 0;
        let fresh = std::mem::take(&mut self.fresh);
        self.put_away(fresh);
    }

    /// Earlier samples beside so many fresh ones, so that they are this share of all.
    pub(in crate::train) fn replayed(&self, share: f64, fresh: usize, seed: u64) -> Vec<Sample> {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "a share of a count of samples"
        )]
        let wanted = (fresh as f64 * share / (1.0 - share)).round() as usize;
        // From the other end of the streams than the orders of the items.
        let order = shuffled(seed, u64::MAX - self.taken, self.earlier.len());
        let chosen = order.into_iter().take(wanted);
        chosen.map(|i| self.earlier[i].clone()).collect()
    }

    /// Makes samples earlier ones.
    pub(in crate::train) fn put_away(&mut self, samples: Vec<Sample>) {
        self.earlier.extend(samples);
        let over = self.earlier.len().saturating_sub(REMEMBERED);
        self.earlier.drain(..over);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(problem: usize) -> Sample {
        Sample {
            problem,
            prompt: vec![1],
            completion: vec![2],
            weak: true,
            share: 1.0,
            gold: false,
        }
    }

    #[test]
    fn a_tenth_of_what_is_learned_from_is_earlier_each_once_and_others_each_time() {
        let mut memory = Memory::of((0..400).map(sample).collect());
        let first = memory.replayed(0.1, 900, 1);
        let mut problems: Vec<usize> = first.iter().map(|s| s.problem).collect();
        problems.sort_unstable();
        problems.dedup();
        assert_eq!((first.len(), problems.len()), (100, 100));
        assert_eq!(memory.replayed(0.1, 900, 1), first);
        memory.taken = 1;
        assert_ne!(memory.replayed(0.1, 900, 1), first);
        assert_eq!(memory.replayed(0.0, 900, 1), []);
        assert_eq!(Memory::default().replayed(0.1, 900, 1), []);
        assert_eq!(memory.replayed(0.9, 900, 1).len(), 400);
    }

    #[test]
    fn the_newest_samples_are_remembered_and_survive_being_written() {
        let mut memory = Memory::of((0..REMEMBERED).map(sample).collect());
        memory.put_away(vec![sample(7), sample(8)]);
        assert_eq!(memory.earlier.len(), REMEMBERED);
        let ends = (
            memory.earlier[0].problem,
            memory.earlier[REMEMBERED - 1].problem,
        );
        assert_eq!(ends, (2, 8));
        memory.fresh.push(sample(9));
        memory.taken = 3;
        let folder = tempfile::tempdir().unwrap();
        memory.write(folder.path()).unwrap();
        let mut read = Memory::read(folder.path()).unwrap();
        assert_eq!(read, memory);
        read.begin();
        assert_eq!((read.taken, read.fresh.len()), (0, 0));
        assert_eq!(read.earlier[REMEMBERED - 1], sample(9));
    }
}
