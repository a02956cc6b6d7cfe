//! Sampling on the CPU: batched, cached, without tensors.
//!
//! [`Sampler`] holds the policy's numbers in its own layout ([`Sampler::refresh`] renews them after
//! an update) and turns prompts into [`Completion`]s. What it guarantees: a completion is a function
//! of the weights, its prompt's tokens, the sampling parameters and its four seeds (run, step,
//! prompt, rollout). Neither its neighbours, nor the batch, nor the number of threads change a bit
//! of it. That holds on one machine and on machines with the same vector width or at least fused
//! multiply-add; a machine without it rounds differently.
//!
//! Not here: other devices (see [`TensorSampler`], which is also the yardstick), gradients.

mod attention;
mod cache;
mod choose;
mod engine;
mod forward;
mod mixture;
mod net;
mod panel;
mod rows;
mod running;
mod tensors;
#[cfg(test)]
mod tests;
mod text;

pub use choose::Shaping;
pub use tensors::TensorSampler;
pub use text::TokenBytes;

use crate::{
    config::Config,
    error::{Error, Result},
    weights::Weights,
};
use forward::{Buffers, Pass, Rowset, Wanted};
use net::Net;
use pulp::Arch;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// What a run of sampling starts its random streams from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seed {
    /// The whole run's.
    pub run: u64,
    /// The step of training that the samples are for.
    pub step: u64,
}

/// A prompt and how many samples of it are wanted.
#[derive(Clone, Debug)]
pub struct Request {
    /// The prompt's token ids, at least one.
    pub tokens: Vec<u32>,
    /// The prompt's number: with the rollout's, it names the random stream.
    pub prompt: u64,
    /// The number of the first rollout; the others follow.
    pub first_rollout: u64,
    /// How many samples.
    pub samples: usize,
}

/// How to sample.
#[derive(Clone, Debug)]
pub struct SamplingParams {
    /// How the policy's distribution is sharpened or cut.
    pub shaping: Shaping,
    /// Longest completion, in tokens.
    pub max_new_tokens: usize,
    /// Ids that end a completion and belong to it.
    pub stop_tokens: Vec<u32>,
    /// Strings that end a completion; its text ends before them.
    pub stop_strings: Vec<String>,
    /// Seeds.
    pub seed: Seed,
    /// Threads, each with its own part of the sequences.
    pub threads: usize,
    /// Sequences that one thread decodes at a time.
    pub batch: usize,
    /// Whether completions tell which experts each position used.
    pub routing: bool,
}

impl Default for SamplingParams {
    fn default() -> Self {
        Self {
            shaping: Shaping::default(),
            max_new_tokens: 256,
            stop_tokens: Vec::new(),
            stop_strings: Vec::new(),
            seed: Seed::default(),
            threads: std::thread::available_parallelism().map_or(1, Into::into),
            batch: 64,
            routing: false,
        }
    }
}

/// Why a completion ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// With a stop token, the last of its tokens.
    StopToken,
    /// With a stop string, which its text leaves out and its tokens hold.
    StopString,
    /// It reached the largest number of new tokens, or the end of the positions.
    Length,
    /// The run was cancelled before it ended.
    Cancelled,
}

/// A sampled continuation of a prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// The prompt's number.
    pub prompt: u64,
    /// The rollout's number.
    pub rollout: u64,
    /// The sampled ids, a stop token included.
    pub tokens: Vec<u32>,
    /// The text of each token; joined they are `text`.
    pub pieces: Vec<String>,
    /// The text, without the stop token or string.
    pub text: String,
    /// Log-probability of each token under the policy itself, at temperature 1.
    pub log_probs: Vec<f32>,
    /// Log-probability of each token under the distribution that it was drawn from.
    pub sampling_log_probs: Vec<f32>,
    /// Why it ended.
    pub finish: Finish,
    /// Where asked for: the experts of each position that was run (the prompt's, then all sampled
    /// ones but the last), `[mixture layers · experts per token]`.
    pub routes: Vec<Vec<u32>>,
}

impl Completion {
    fn empty(prompt: u64, rollout: u64) -> Self {
        Self {
            prompt,
            rollout,
            tokens: Vec::new(),
            pieces: Vec::new(),
            text: String::new(),
            log_probs: Vec::new(),
            sampling_log_probs: Vec::new(),
            finish: Finish::Cancelled,
            routes: Vec::new(),
        }
    }
}

/// Watches and stops a run from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Tokens sampled so far.
    pub new_tokens: AtomicU64,
    /// Completions ended so far.
    pub finished: AtomicU64,
    /// Set it to end all completions after their next token.
    pub cancelled: AtomicBool,
}

/// A policy ready to sample.
#[derive(Clone, Debug)]
pub struct Sampler {
    config: Config,
    net: Net,
    vocabulary: TokenBytes,
}

impl Sampler {
    /// Copies the weights into the sampler's layout. Without a vocabulary (an empty one) there is
    /// no text and stop strings never match.
    pub fn new(config: &Config, weights: &Weights, vocabulary: TokenBytes) -> Result<Self> {
        let net = Net::new(config, weights)?;
        Ok(Self {
            config: config.clone(),
            net,
            vocabulary,
        })
    }

    /// Takes over the weights' present values.
    pub fn refresh(&mut self, weights: &Weights) -> Result<()> {
        self.net = Net::new(&self.config, weights)?;
        Ok(())
    }

    /// The completions of each request, in order.
    pub fn sample(
        &self,
        requests: &[Request],
        params: &SamplingParams,
    ) -> Result<Vec<Vec<Completion>>> {
        self.sample_watched(requests, params, &Progress::default())
    }

    /// Like [`Self::sample`], watched and stopped from another thread.
    pub fn sample_watched(
        &self,
        requests: &[Request],
        params: &SamplingParams,
        progress: &Progress,
    ) -> Result<Vec<Vec<Completion>>> {
        for request in requests {
            self.check(&request.tokens)?;
        }
        if params.max_new_tokens == 0 {
            return Err(Error::Argument(
                "`max_new_tokens` is 0; ask for at least one token".into(),
            ));
        }
        let vocabulary = &self.vocabulary;
        Ok(engine::Job {
            net: &self.net,
            vocabulary,
            requests,
            params,
            progress,
        }
        .run())
    }

    /// The logits after each of `tokens`, `[tokens, vocab_size]` row-major.
    pub fn logits(&self, tokens: &[u32]) -> Result<Vec<f32>> {
        self.check(tokens)?;
        let pass = Pass {
            arch: Arch::new(),
            net: &self.net,
        };
        let mut buffers = Buffers::new(false);
        let mut segment = cache::Segment::new(self.net.attention.cache);
        let mut all = Vec::with_capacity(tokens.len() * self.net.vocab);
        for (index, part) in tokens.chunks(engine::PROMPT_ROWS).enumerate() {
            let start = index * engine::PROMPT_ROWS;
            let rowset = Rowset::Prompt {
                segment: &mut segment,
                start,
            };
            pass.run(part, rowset, Wanted::All, &mut buffers);
            all.extend_from_slice(&buffers.logits);
        }
        Ok(all)
    }

    /// The log-probability of each of `tokens` but the first, given those before it.
    pub fn log_probs(&self, tokens: &[u32]) -> Result<Vec<f32>> {
        let logits = self.logits(tokens)?;
        let rows = logits.chunks_exact(self.net.vocab).zip(&tokens[1..]);
        let log_prob = |(row, &token): (&[f32], &u32)| row[token as usize] - rows::log_sum_exp(row);
        Ok(rows.map(log_prob).collect())
    }

    fn check(&self, tokens: &[u32]) -> Result<()> {
        let wrong = |message: String| Err(Error::Argument(message));
        if tokens.is_empty() {
            return wrong("a prompt has no tokens; give at least the begin-of-text token".into());
        }
        if tokens.len() >= self.net.positions {
            return wrong(format!(
                "a prompt of {} tokens leaves no room in {} positions; shorten it",
                tokens.len(),
                self.net.positions
            ));
        }
        if let Some(token) = tokens.iter().find(|&&t| t as usize >= self.net.vocab) {
            return wrong(format!(
                "token id {token} is outside the vocabulary of {}; use the model's own tokenizer",
                self.net.vocab
            ));
        }
        Ok(())
    }
}
