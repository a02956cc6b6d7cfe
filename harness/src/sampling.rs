//! Samples for the problems of a suite: prompts in, completions out, with a bar while it runs.
//!
//! A completion is a function of the model, the prompt, the problem's place in its suite, the
//! sample's number and the seeds; how many others are asked for changes nothing.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use model::sampler::{
    Completion, Progress, Request, Sampler, SamplingParams, TensorSampler, TokenBytes,
};
use model::{Config, Tokenizer, Weights};
use problems::{Format, Suite};
use sandboxes::Language;

use crate::commands::Failure;
use crate::console::Console;

/// A policy that can be sampled: by slices on the CPU, by tensors elsewhere.
pub(crate) struct Policy {
    engine: Engine,
    tokenizer: Tokenizer,
    stop_tokens: Vec<u32>,
    bos: Option<u32>,
}

enum Engine {
    Slices(Box<Sampler>),
    Tensors(Box<TensorSampler>),
}

/// The prompts of a suite's problems, in their order.
pub(crate) fn prompts(suite: &Suite) -> impl Iterator<Item = &str> {
    suite.problems.iter().map(|problem| problem.prompt.as_str())
}

impl Policy {
    /// Of a model with its tokenizer.
    pub(crate) fn new(
        config: &Config,
        weights: &Weights,
        tokenizer: &Tokenizer,
    ) -> model::Result<Self> {
        let bytes = TokenBytes::of_tokenizer(tokenizer)?;
        let on_cpu = weights.iter().all(|(_, tensor)| tensor.device().is_cpu());
        let engine = if on_cpu {
            Engine::Slices(Box::new(Sampler::new(config, weights, bytes)?))
        } else {
            Engine::Tensors(Box::new(TensorSampler::new(config, weights, bytes)?))
        };
        let special = tokenizer.special();
        let eos = special.eos.into_iter().chain(config.eos_token_id());
        Ok(Self {
            engine,
            tokenizer: tokenizer.clone(),
            stop_tokens: eos.collect(),
            bos: special.bos.or(config.bos_token_id()),
        })
    }

    /// What ends a sample whatever else does: the end of a text.
    pub(crate) fn stop_tokens(&self) -> Vec<u32> {
        self.stop_tokens.clone()
    }

    /// `samples` of each prompt.
    pub(crate) fn requests<'a>(
        &self,
        prompts: impl Iterator<Item = &'a str>,
        samples: usize,
    ) -> model::Result<Vec<Request>> {
        let request = |(number, prompt): (u64, &str)| {
            let mut tokens: Vec<u32> = self.bos.into_iter().collect();
            tokens.extend(self.tokenizer.encode(prompt)?);
            Ok(Request {
                tokens,
                prompt: number,
                first_rollout: 0,
                samples,
            })
        };
        (0..).zip(prompts).map(request).collect()
    }

    /// Takes over the weights' present values.
    pub(crate) fn refresh(&mut self, weights: &Weights) -> model::Result<()> {
        match &mut self.engine {
            Engine::Slices(sampler) => sampler.refresh(weights),
            Engine::Tensors(sampler) => sampler.refresh(weights),
        }
    }

    /// Samples without a word.
    pub(crate) fn sample_quietly(
        &self,
        requests: &[Request],
        params: &SamplingParams,
    ) -> model::Result<Vec<Vec<Completion>>> {
        match &self.engine {
            Engine::Slices(sampler) => sampler.sample(requests, params),
            Engine::Tensors(sampler) => sampler.sample(requests, params),
        }
    }

    /// Samples with a bar; `None` where `stop` was set before the end.
    pub(crate) fn sample(
        &self,
        requests: &[Request],
        params: &SamplingParams,
        stop: &AtomicBool,
        console: &Console,
    ) -> Result<Option<Sampled>, Failure> {
        let count: usize = requests.iter().map(|request| request.samples).sum();
        let bar = console.bar(count, "sampling");
        let start = Instant::now();
        let progress = Progress::default();
        let ended = AtomicBool::new(false);
        let watch = || {
            while !ended.load(Ordering::Relaxed) {
                let tokens = progress.new_tokens.load(Ordering::Relaxed);
                bar.set_message(format!("sampling {}", rate(tokens, start.elapsed())));
                bar.set_position(progress.finished.load(Ordering::Relaxed));
                if stop.load(Ordering::Relaxed) {
                    progress.cancelled.store(true, Ordering::Relaxed);
                }
                std::thread::park_timeout(Duration::from_millis(50));
            }
        };
        let completions = std::thread::scope(|scope| {
            let watcher = scope.spawn(watch);
            let completions = match &self.engine {
                Engine::Slices(sampler) => sampler.sample_watched(requests, params, &progress),
                Engine::Tensors(sampler) => sampler.sample(requests, params),
            };
            ended.store(true, Ordering::Relaxed);
            watcher.thread().unpark();
            completions
        });
        bar.finish_and_clear();
        let completions = completions?;
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let tokens = completions.iter().flatten().map(|c| c.tokens.len() as u64);
        Ok(Some(Sampled {
            tokens: tokens.sum(),
            seconds: start.elapsed().as_secs_f64(),
            completions,
        }))
    }
}

/// What came of it.
pub(crate) struct Sampled {
    /// Of each request, in order.
    pub(crate) completions: Vec<Vec<Completion>>,
    /// New tokens in all.
    pub(crate) tokens: u64,
    /// How long it took.
    pub(crate) seconds: f64,
}

/// `1234 tokens/s`.
pub(crate) fn rate(tokens: u64, time: Duration) -> String {
    #[allow(
        clippy::cast_precision_loss,
        reason = "a count of tokens is far below 2^52"
    )]
    let rate = tokens as f64 / time.as_secs_f64().max(1e-3);
    format!("{rate:.0} tokens/s")
}

/// Texts that end the body of the function that a prompt of this suite begins; none where prompts
/// do not end inside of a function.
pub(crate) fn body_stops(suite: &Suite, languages: &BTreeSet<Language>) -> Vec<String> {
    let bodies = suite.problems.iter().all(|it| it.entry_point.is_some());
    if suite.format == Format::Mbpp || !bodies {
        return Vec::new();
    }
    if languages.iter().any(|it| *it != Language::Python) {
        // The brace that closes the function is put back where the program is made.
        return vec!["\n}".to_owned()];
    }
    // A body ends where a line begins at its margin. A bracket there closes one of the body's own.
    let letters = ('a'..='z')
        .chain('A'..='Z')
        .chain("_#@\"'`0123456789".chars());
    letters.map(|first| format!("\n{first}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_ends_at_its_margin_and_where_prompts_are_prose_nothing_does() {
        let mut suite = problems::load("builtin:micro/test?n=1", None).unwrap();
        let python = BTreeSet::from([Language::Python]);
        let stops = body_stops(&suite, &python);
        assert!(
            ["\ndef", "\nif x", "\n#", "\n```"]
                .iter()
                .all(|text| stops.iter().any(|stop| text.starts_with(stop)))
        );
        assert!(!stops.iter().any(|stop| "\n)\n    return".starts_with(stop)));
        suite.format = Format::Mbpp;
        assert!(body_stops(&suite, &python).is_empty());
    }
}
