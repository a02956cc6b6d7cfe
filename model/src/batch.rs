//! Sequences of token ids, side by side.

use crate::{
    error::{Error, Result},
    ops::NO_TARGET,
};
use candle_core::{Device, Tensor};
use std::sync::Arc;

/// Some sequences, padded at their right ends to one length.
///
/// Padding is never read: attention is causal and stops at a sequence's end, and no padding goes
/// to an expert. Hidden states of padding are meaningless.
#[derive(Clone, Debug)]
pub struct Batch {
    ids: Vec<u32>,
    lengths: Arc<[usize]>,
    seq: usize,
}

impl Batch {
    /// From sequences, none of them empty.
    pub fn new<S: AsRef<[u32]>>(sequences: &[S]) -> Result<Self> {
        let lengths: Vec<usize> = sequences.iter().map(|s| s.as_ref().len()).collect();
        let seq = lengths.iter().copied().max().unwrap_or(0);
        if lengths.is_empty() || lengths.contains(&0) {
            return Err(Error::Argument(
                "a batch needs at least one sequence and no empty one; give each a token".into(),
            ));
        }
        let mut ids = Vec::with_capacity(seq * lengths.len());
        for sequence in sequences {
            ids.extend_from_slice(sequence.as_ref());
            ids.resize(ids.len().next_multiple_of(seq), 0);
        }
        Ok(Self {
            ids,
            lengths: lengths.into(),
            seq,
        })
    }

    /// Number of sequences.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Always false: [`Batch::new`] refuses an empty batch.
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// Length that all sequences are padded to.
    pub fn seq(&self) -> usize {
        self.seq
    }

    /// True length of each sequence.
    pub fn lengths(&self) -> &Arc<[usize]> {
        &self.lengths
    }

    /// Token ids, sequence after sequence, padding included.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Number of tokens without padding.
    pub fn token_count(&self) -> usize {
        self.lengths.iter().sum()
    }

    /// Whether each position is a token and not padding.
    pub fn is_token(&self) -> impl Iterator<Item = bool> + '_ {
        self.lengths
            .iter()
            .flat_map(|&n| (0..self.seq).map(move |at| at < n))
    }

    /// What a language model shall say at each position: the next token, and [`NO_TARGET`] at each
    /// sequence's last token and in its padding.
    pub fn next_tokens(&self) -> Vec<u32> {
        let mut targets = vec![NO_TARGET; self.ids.len()];
        for (item, &n) in self.lengths.iter().enumerate() {
            let at = item * self.seq;
            targets[at..at + n - 1].copy_from_slice(&self.ids[at + 1..at + n]);
        }
        targets
    }

    /// Refuses ids that an embedding of `vocab_size` rows does not have.
    pub(crate) fn check_vocabulary(&self, vocab_size: usize) -> Result<()> {
        match self.ids.iter().find(|&&id| id as usize >= vocab_size) {
            Some(id) => Err(Error::Argument(format!(
                "token id {id} is outside the model's vocabulary of {vocab_size}; use the \
                 tokenizer that belongs to the model"
            ))),
            None => Ok(()),
        }
    }

    pub(crate) fn tensor(&self, device: &Device) -> Result<Tensor> {
        Ok(Tensor::new(&self.ids[..], device)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_the_next_tokens_and_end_with_the_sequence() {
        let batch = Batch::new(&[vec![1, 2, 3], vec![4]]).unwrap();
        assert_eq!(batch.ids(), [1, 2, 3, 4, 0, 0]);
        let none = NO_TARGET;
        assert_eq!(batch.next_tokens(), [2, 3, none, none, none, none]);
        assert_eq!(batch.is_token().filter(|t| *t).count(), batch.token_count());
    }

    #[test]
    fn an_empty_sequence_is_refused() {
        assert!(Batch::new(&[vec![1], vec![]]).is_err());
        assert!(Batch::new::<Vec<u32>>(&[]).is_err());
    }
}
