//! What a network is trained for, in the one form that the engine knows.
//!
//! Every algorithm of this project has the gradient Σ c · ∇output, where the outputs are either the
//! log-probabilities of a sequence's tokens or a reward model's score, and each coefficient c is
//! the slope of the loss with respect to that output (DeepSeekMath, arXiv 2402.03300, section 5.2,
//! with the sign turned: a loss goes down). An [`Objective`] sees the outputs as numbers, says loss
//! and slopes, and the engine carries the slopes through the network. So clipping, KL terms and
//! pairwise comparisons need no graph of their own.

/// One sequence as the engine needs it.
#[derive(Clone, Copy, Debug)]
pub struct Sequence<'a> {
    /// Token ids, at least one.
    pub tokens: &'a [u32],
    /// The outputs wanted of it.
    pub asks: Asks,
}

/// Which outputs of a sequence an objective wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// The log-probabilities of the tokens from this index on, given all before each; at least 1,
    /// since nothing comes before the first token. Earlier tokens are a prompt.
    LogProbsFrom(usize),
    /// The scalar head's number at the last token.
    Score,
}

impl Sequence<'_> {
    /// How many outputs it has.
    pub fn output_count(&self) -> usize {
        match self.asks {
            Asks::LogProbsFrom(first) => self.tokens.len().saturating_sub(first.max(1)),
            Asks::Score => 1,
        }
    }
}

/// What an objective says of one item.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// The item's loss, before it is multiplied by the batch's share.
    pub loss: f64,
    /// The loss's slope with respect to each output, for each sequence in order.
    pub slopes: Vec<Vec<f32>>,
    /// Numbers to log; each is averaged over the batch's items with their share.
    pub metrics: Vec<(&'static str, f64)>,
    /// Numbers to log of which the batch's largest counts.
    pub peaks: Vec<(&'static str, f64)>,
}

/// A loss over the outputs of sequences.
pub trait Objective: Sync {
    /// The sequences that the loss needs together: one for most, two for a comparison.
    type Item: Sync;

    /// Its sequences. They are put into one micro-batch.
    fn sequences<'a>(&self, item: &'a Self::Item) -> Vec<Sequence<'a>>;

    /// What each item's loss is multiplied by: a mean over items unless the objective knows better.
    fn share(&self, batch: &[Self::Item]) -> f64 {
        1.0 / batch.len().max(1) as f64
    }

    /// Loss and slopes, given each sequence's outputs.
    fn judge(&self, item: &Self::Item, outputs: &[&[f32]]) -> Judgement;
}
