//! A sequence while it is sampled, without its cache: what both engines do with logits.

use super::{
    Completion, Finish, Request, SamplingParams,
    choose::{choose, stream},
    text::{Text, TokenBytes},
};
use rand_chacha::ChaCha8Rng;

/// How tokens are drawn.
pub(super) struct Draw<'a> {
    pub(super) params: &'a SamplingParams,
    pub(super) vocabulary: &'a TokenBytes,
}

pub(super) struct Running {
    rng: ChaCha8Rng,
    /// Tokens that it may have in all.
    room: usize,
    text: Text,
    pub(super) completion: Completion,
}

impl Running {
    /// Sample `sample` of a request, in a network of so many positions.
    pub(super) fn new(
        request: &Request,
        sample: u64,
        positions: usize,
        params: &SamplingParams,
    ) -> Self {
        let rollout = request.first_rollout + sample;
        Self {
            rng: stream(params.seed.run, params.seed.step, request.prompt, rollout),
            room: params.max_new_tokens.min(positions - request.tokens.len()),
            text: Text::default(),
            completion: Completion::empty(request.prompt, rollout),
        }
    }

    /// The token that was chosen last.
    pub(super) fn newest(&self) -> u32 {
        *self
            .completion
            .tokens
            .last()
            .expect("a sequence starts with a choice")
    }

    /// Chooses the next token; whether the sequence ends with it.
    pub(super) fn extend(&mut self, logits: &mut [f32], draw: &Draw<'_>) -> bool {
        let params = draw.params;
        let choice = choose(logits, params.shaping, &mut self.rng);
        let completion = &mut self.completion;
        completion.tokens.push(choice.token);
        completion.log_probs.push(choice.log_prob);
        completion.sampling_log_probs.push(choice.sampling_log_prob);
        let stopped = params.stop_tokens.contains(&choice.token);
        let bytes = if stopped {
            &[]
        } else {
            draw.vocabulary.of(choice.token)
        };
        let string = self.text.push(bytes, &params.stop_strings);
        completion.finish = if stopped {
            Finish::StopToken
        } else if string.is_some() {
            Finish::StopString
        } else if completion.tokens.len() >= self.room {
            Finish::Length
        } else {
            // Until it ends otherwise.
            Finish::Cancelled
        };
        completion.finish != Finish::Cancelled
    }

    pub(super) fn finish(mut self) -> Completion {
        (self.completion.pieces, self.completion.text) = self.text.finish();
        self.completion
    }
}
