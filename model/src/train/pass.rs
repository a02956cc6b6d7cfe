//! One micro-batch through a network: outputs as numbers, and gradients for given slopes.

use super::objective::{Asks, Judgement, Objective, Sequence};
use crate::{
    batch::Batch,
    error::{Error, Result},
    network::{Forward, Network},
    ops::NO_TARGET,
};
use candle_core::{DType, Tensor};

/// The outputs of a micro-batch, still in the graph, with where each sequence's stand.
pub(super) struct Outputs {
    pub(super) forward: Forward,
    tensor: Tensor,
    /// For each sequence: first output and their number, in the flattened tensor.
    spans: Vec<(usize, usize)>,
    numbers: Vec<f32>,
}

impl Outputs {
    /// Runs the network.
    pub(super) fn new(network: &Network, sequences: &[Sequence<'_>]) -> Result<Self> {
        let tokens: Vec<&[u32]> = sequences.iter().map(|s| s.tokens).collect();
        let batch = Batch::new(&tokens)?;
        let forward = network.forward(&batch)?;
        let scores = sequences.iter().filter(|s| s.asks == Asks::Score).count();
        let (tensor, spans) = if scores == sequences.len() {
            let spans = (0..scores).map(|i| (i, 1)).collect();
            (network.scores(&forward.hidden, &batch)?, spans)
        } else if scores == 0 {
            let (targets, spans) = targets(sequences, batch.seq());
            (
                network
                    .log_probs(&forward.hidden, &targets)?
                    .flatten_all()?,
                spans,
            )
        } else {
            return Err(Error::Argument(
                "an objective asks for log-probabilities and scores at once; ask for one".into(),
            ));
        };
        let tensor = tensor.to_dtype(DType::F32)?;
        let numbers = tensor.detach().to_vec1()?;
        Ok(Self {
            forward,
            tensor,
            spans,
            numbers,
        })
    }

    /// The numbers of sequence `index`.
    pub(super) fn of(&self, index: usize) -> &[f32] {
        let (start, count) = self.spans[index];
        &self.numbers[start..start + count]
    }

    /// Judges items whose sequences stand here one after the other.
    pub(super) fn judge<O: Objective>(
        &self,
        objective: &O,
        items: &[(&O::Item, usize)],
    ) -> Vec<Judgement> {
        let mut first = 0;
        let judge = |&(item, count): &(&O::Item, usize)| {
            let outputs: Vec<&[f32]> = (first..first + count).map(|i| self.of(i)).collect();
            first += count;
            objective.judge(item, &outputs)
        };
        items.iter().map(judge).collect()
    }

    /// Σ slope · output as a scalar in the graph: its gradient is the loss's.
    pub(super) fn surrogate(&self, judgements: &[Judgement], share: f64) -> Result<Tensor> {
        let mut slopes = vec![0.0_f32; self.numbers.len()];
        let given = judgements.iter().flat_map(|j| &j.slopes);
        for (&(start, count), given) in self.spans.iter().zip(given) {
            if given.len() != count {
                return Err(Error::Argument(format!(
                    "an objective gave {} slopes for {count} outputs; give one for each",
                    given.len()
                )));
            }
            for (slope, given) in slopes[start..start + count].iter_mut().zip(given) {
                *slope = (f64::from(*given) * share) as f32;
            }
        }
        let slopes = Tensor::from_vec(slopes, self.tensor.shape(), self.tensor.device())?;
        Ok((&self.tensor * slopes)?.sum_all()?)
    }
}

/// The target of each position, and where each sequence's asked positions stand.
fn targets(sequences: &[Sequence<'_>], seq: usize) -> (Vec<u32>, Vec<(usize, usize)>) {
    let mut targets = vec![NO_TARGET; sequences.len() * seq];
    let mut spans = Vec::with_capacity(sequences.len());
    for (index, sequence) in sequences.iter().enumerate() {
        let count = sequence.output_count();
        let first = sequence.tokens.len() - count;
        // The position before a token says it.
        let start = index * seq + first - usize::from(count > 0);
        targets[start..start + count].copy_from_slice(&sequence.tokens[first..]);
        spans.push((start, count));
    }
    (targets, spans)
}
