//! Random choices that are the same on every platform and with every version of the `rand` crates:
//! ChaCha gives the words, and how a word becomes a choice is written here.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One stream of choices, independent of every other (seed, lane, index).
pub(super) struct Stream(ChaCha8Rng);

/// What a stream is for, so that problem 3 of one split shares nothing with problem 3 of another.
#[derive(Clone, Copy)]
pub(super) enum Lane {
    Train = 1,
    Valid,
    Test,
    Rows,
    Probe,
}

impl Stream {
    pub(super) fn new(seed: u64, lane: Lane, index: u64) -> Self {
        // The lane sits in the key's upper half, the index in ChaCha's stream number.
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[16..24].copy_from_slice(&(lane as u64).to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(index);
        Self(rng)
    }

    /// A number from 0 to below `n`, by the high half of a product; the bias is below 2^-32.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let product = u128::from(self.0.next_u64()) * (n as u128);
        usize::try_from(product >> 64).expect("the high half is below n")
    }

    /// A number between the two, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = usize::try_from(high - low + 1).expect("low is at most high");
        low + i64::try_from(self.below(width)).expect("below the width")
    }

    pub(super) fn chance(&mut self, share: f64) -> bool {
        f64::from(self.0.next_u32()) < share * 4_294_967_296.0
    }

    pub(super) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_lane_and_index_give_the_same_choices() {
        let draw = |seed, lane, index| {
            let mut stream = Stream::new(seed, lane, index);
            (0..8).map(|_| stream.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7, Lane::Test, 3), draw(7, Lane::Test, 3));
        assert_ne!(draw(7, Lane::Test, 3), draw(8, Lane::Test, 3));
        assert_ne!(draw(7, Lane::Test, 3), draw(7, Lane::Train, 3));
        assert_ne!(draw(7, Lane::Test, 3), draw(7, Lane::Test, 4));
    }

    #[test]
    fn choices_stay_in_range_and_reach_both_ends() {
        let mut stream = Stream::new(1, Lane::Probe, 0);
        let drawn: Vec<i64> = (0..200).map(|_| stream.between(-2, 2)).collect();
        assert_eq!(drawn.iter().min(), Some(&-2));
        assert_eq!(drawn.iter().max(), Some(&2));
    }
}
