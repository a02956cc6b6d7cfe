//! A network of either architecture under its head.

use crate::{
    batch::Batch,
    config::{Config, Head},
    dense::Dense,
    error::{Error, Result},
    moe::Moe,
    ops::{self, Precision},
    router::Routing,
    weights::Weights,
};
use candle_core::Tensor;

/// A network that computes with the tensors of some [`Weights`]; cloning shares them.
#[derive(Clone, Debug)]
pub struct Network {
    config: Config,
    trunk: Trunk,
    /// (vocabulary, hidden), or (1, hidden) for a scalar head.
    head: Tensor,
    precision: Precision,
}

#[derive(Clone, Debug)]
enum Trunk {
    Dense(Dense),
    Moe(Moe),
}

/// What a pass through the trunk gives.
#[derive(Clone, Debug)]
pub struct Forward {
    /// Hidden states after the last norm (batch, seq, hidden).
    pub hidden: Tensor,
    /// The routers' balance loss, already weighted by its α: add it to a training loss.
    pub balance_loss: Option<Tensor>,
    /// What each router chose, in the order of the layers; empty for a dense network.
    pub routing: Vec<Routing>,
}

impl Network {
    /// Over some weights; names and shapes must be the configuration's.
    pub fn new(config: &Config, weights: &Weights) -> Result<Self> {
        Self::in_precision(config, weights, Precision::F32)
    }

    /// The same with products of that precision, but for a router's and a scalar head's.
    pub fn in_precision(config: &Config, weights: &Weights, precision: Precision) -> Result<Self> {
        weights.check(config)?;
        let trunk = match config {
            Config::Dense(c) => Trunk::Dense(Dense::new(c, weights, precision)?),
            Config::Moe(c) => Trunk::Moe(Moe::new(c, weights, precision)?),
        };
        let head = match config.head() {
            Head::Scalar => "score.weight",
            Head::LanguageModel if config.tie_word_embeddings() => "model.embed_tokens.weight",
            Head::LanguageModel => "lm_head.weight",
        };
        Ok(Self {
            config: config.clone(),
            trunk,
            head: weights.tensor(head)?.clone(),
            precision,
        })
    }

    /// The shape of the network.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Passes a batch through the trunk.
    pub fn forward(&self, batch: &Batch) -> Result<Forward> {
        batch.check_vocabulary(self.config.vocab_size())?;
        let longest = self.config.max_position_embeddings();
        if batch.seq() > longest {
            return Err(Error::Argument(format!(
                "a sequence of {} tokens exceeds the model's {longest} positions; shorten it",
                batch.seq()
            )));
        }
        Ok(match &self.trunk {
            Trunk::Dense(dense) => Forward {
                hidden: dense.forward(batch)?,
                balance_loss: None,
                routing: Vec::new(),
            },
            Trunk::Moe(moe) => {
                let (hidden, balance_loss, routing) = moe.forward(batch)?;
                Forward {
                    hidden,
                    balance_loss,
                    routing,
                }
            }
        })
    }

    /// Natural log-probabilities (batch, seq) of one target a position; [`ops::NO_TARGET`] asks
    /// nothing there and gives 0. Never holds all logits at once.
    pub fn log_probs(&self, hidden: &Tensor, targets: &[u32]) -> Result<Tensor> {
        self.expect_head(Head::LanguageModel)?;
        Ok(ops::log_probs(hidden, &self.head, targets, self.precision)?)
    }

    /// Logits (…, vocabulary) of hidden states (…, hidden): all of them at once.
    pub fn logits(&self, hidden: &Tensor) -> Result<Tensor> {
        self.expect_head(Head::LanguageModel)?;
        Ok(ops::linear(hidden, &self.head, self.precision)?)
    }

    /// The scalar head's number (batch) at each sequence's last token.
    pub fn scores(&self, hidden: &Tensor, batch: &Batch) -> Result<Tensor> {
        self.expect_head(Head::Scalar)?;
        let seq = batch.seq();
        let last: Vec<u32> = batch
            .lengths()
            .iter()
            .enumerate()
            .map(|(i, n)| (i * seq + n - 1) as u32)
            .collect();
        let last = Tensor::new(&last[..], hidden.device())?;
        let rows = hidden
            .reshape((batch.len() * seq, ()))?
            .index_select(&last, 0)?;
        Ok(ops::linear(&rows, &self.head, Precision::F32)?.squeeze(1)?)
    }

    fn expect_head(&self, wanted: Head) -> Result<()> {
        if self.config.head() == wanted {
            return Ok(());
        }
        let (has, needs) = match wanted {
            Head::LanguageModel => ("a scalar head", "a language model"),
            Head::Scalar => ("a language model's head", "a reward model"),
        };
        Err(Error::Argument(format!(
            "this network has {has}; use {needs}"
        )))
    }
}

#[cfg(test)]
mod tests;
