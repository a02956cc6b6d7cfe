//! The decoding loop: each thread keeps a batch of running sequences full from a common list.
//!
//! A thread takes a prompt with some of its samples, runs the prompt once, and lets its samples
//! share the result. A sequence that ends leaves the batch at once and its memory goes to the next.
//! Which thread runs a sample, and beside which others, has no influence on the sample.

use super::{
    Completion, Finish, Progress, Request, SamplingParams,
    cache::Segment,
    choose::{Shaping, choose, stream},
    forward::{Buffers, Pass, Rowset, Wanted},
    net::Net,
    text::{Text, TokenBytes},
};
use pulp::Arch;
use rand_chacha::ChaCha8Rng;
use std::{
    rc::Rc,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Rows of one pass over a prompt: enough to use each weight often, few enough for the caches.
pub(super) const PROMPT_ROWS: usize = 64;

/// Some samples of one prompt.
struct Unit {
    request: usize,
    first: usize,
    count: usize,
}

pub(super) struct Job<'a> {
    pub(super) net: &'a Net,
    pub(super) vocabulary: &'a TokenBytes,
    pub(super) requests: &'a [Request],
    pub(super) params: &'a SamplingParams,
    pub(super) progress: &'a Progress,
}

impl Job<'_> {
    /// The completions of each request, in order.
    pub(super) fn run(&self) -> Vec<Vec<Completion>> {
        let total: usize = self.requests.iter().map(|r| r.samples).sum();
        let threads = self.params.threads.clamp(1, total.max(1));
        let units = self.units(total.div_ceil(threads));
        let batch = self.params.batch.max(1).min(total.div_ceil(threads));
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<Vec<Option<Completion>>>> = Mutex::new(
            self.requests
                .iter()
                .map(|r| vec![None; r.samples])
                .collect(),
        );
        let work = || {
            let mut worker = Worker::new(self, batch);
            while worker.refill(|| units.get(next.fetch_add(1, Ordering::Relaxed))) {
                worker.step();
            }
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            for (request, sample, completion) in worker.finished {
                done[request][sample] = Some(completion);
            }
        };
        if threads == 1 {
            work();
        } else {
            std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        }
        let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        let all = |samples: Vec<Option<Completion>>| {
            samples
                .into_iter()
                .map(|c| c.expect("every unit was run to its end"))
                .collect()
        };
        done.into_iter().map(all).collect()
    }

    /// A prompt's samples stay together unless that would leave a thread without work.
    fn units(&self, share: usize) -> Vec<Unit> {
        let mut units = Vec::new();
        for (request, r) in self.requests.iter().enumerate() {
            for first in (0..r.samples).step_by(share.max(1)) {
                units.push(Unit {
                    request,
                    first,
                    count: share.min(r.samples - first),
                });
            }
        }
        units
    }
}

/// A prompt that was run: what it left, and what follows it.
struct Prompt {
    segment: Segment,
    logits: Vec<f32>,
    routes: Vec<Vec<u32>>,
}

struct Running {
    request: usize,
    sample: usize,
    prompt: Rc<Prompt>,
    own: Segment,
    rng: ChaCha8Rng,
    room: usize,
    text: Text,
    completion: Completion,
}

struct Worker<'a> {
    job: &'a Job<'a>,
    pass: Pass<'a>,
    batch: usize,
    running: Vec<Running>,
    spare: Vec<Segment>,
    buffers: Buffers,
    logits: Vec<f32>,
    finished: Vec<(usize, usize, Completion)>,
}

impl<'a> Worker<'a> {
    fn new(job: &'a Job<'a>, batch: usize) -> Self {
        let mut buffers = Buffers::default();
        buffers.routes = job.params.routing.then(Vec::new);
        Self {
            job,
            pass: Pass {
                arch: Arch::new(),
                net: job.net,
            },
            batch,
            running: Vec::new(),
            spare: Vec::new(),
            buffers,
            logits: Vec::new(),
            finished: Vec::new(),
        }
    }

    /// Fills the batch; whether there is anything to do.
    fn refill<'u>(&mut self, mut next: impl FnMut() -> Option<&'u Unit>) -> bool {
        while self.running.len() < self.batch {
            let Some(unit) = next() else { break };
            self.start(unit);
        }
        !self.running.is_empty()
    }

    fn start(&mut self, unit: &Unit) {
        let request = &self.job.requests[unit.request];
        let prompt = Rc::new(self.run_prompt(&request.tokens));
        for sample in unit.first..unit.first + unit.count {
            let params = self.job.params;
            let rollout = request.first_rollout + sample as u64;
            let mut own = self.spare.pop().unwrap_or_else(|| self.empty());
            own.length = 0;
            let mut running = Running {
                request: unit.request,
                sample,
                own,
                rng: stream(params.seed.run, params.seed.step, request.prompt, rollout),
                room: params
                    .max_new_tokens
                    .min(self.job.net.positions - request.tokens.len()),
                text: Text::default(),
                completion: Completion {
                    routes: prompt.routes.clone(),
                    ..Completion::empty(request.prompt, rollout)
                },
                prompt: prompt.clone(),
            };
            self.logits.clear();
            self.logits.extend_from_slice(&prompt.logits);
            if running.extend(&mut self.logits, self.job, self.pass.arch) {
                self.end(running);
            } else {
                self.running.push(running);
            }
        }
    }

    fn run_prompt(&mut self, tokens: &[u32]) -> Prompt {
        let mut segment = self.empty();
        let mut routes = Vec::new();
        let per_token = self
            .job
            .net
            .router
            .as_ref()
            .map_or(0, |r| r.num_experts_per_tok);
        for (index, part) in tokens.chunks(PROMPT_ROWS).enumerate() {
            let rowset = Rowset::Prompt {
                segment: &mut segment,
                start: index * PROMPT_ROWS,
            };
            self.pass.run(part, rowset, Wanted::Last, &mut self.buffers);
            if let Some(all) = &self.buffers.routes {
                routes
                    .extend((0..part.len()).map(|row| row_routes(all, row, part.len(), per_token)));
            }
        }
        Prompt {
            segment,
            logits: self.buffers.logits.clone(),
            routes,
        }
    }

    fn empty(&self) -> Segment {
        Segment::new(self.job.net.attention.cache)
    }

    /// One token for every running sequence.
    fn step(&mut self) {
        let newest = |r: &Running| {
            *r.completion
                .tokens
                .last()
                .expect("starting chose the first")
        };
        let tokens: Vec<u32> = self.running.iter().map(newest).collect();
        let sequences = self
            .running
            .iter_mut()
            .map(|r| (&r.prompt.segment, &mut r.own))
            .collect();
        self.pass.run(
            &tokens,
            Rowset::Newest(sequences),
            Wanted::All,
            &mut self.buffers,
        );
        let per_token = self
            .job
            .net
            .router
            .as_ref()
            .map_or(0, |r| r.num_experts_per_tok);
        let cancelled = self.job.progress.cancelled.load(Ordering::Relaxed);
        let mut ended = Vec::new();
        let rows = self.buffers.logits.chunks_exact_mut(self.job.net.vocab);
        for (row, (running, logits)) in self.running.iter_mut().zip(rows).enumerate() {
            if let Some(all) = &self.buffers.routes {
                running
                    .completion
                    .routes
                    .push(row_routes(all, row, tokens.len(), per_token));
            }
            if running.extend(logits, self.job, self.pass.arch) || cancelled {
                ended.push(row);
            }
        }
        self.job
            .progress
            .new_tokens
            .fetch_add(tokens.len() as u64, Ordering::Relaxed);
        for row in ended.into_iter().rev() {
            let running = self.running.swap_remove(row);
            self.end(running);
        }
    }

    fn end(&mut self, running: Running) {
        let Running {
            request,
            sample,
            own,
            text,
            mut completion,
            ..
        } = running;
        (completion.pieces, completion.text) = text.finish();
        self.finished.push((request, sample, completion));
        self.spare.push(own);
    }
}

impl Running {
    /// Chooses the next token; whether the sequence ends with it.
    fn extend(&mut self, logits: &mut [f32], job: &Job<'_>, arch: Arch) -> bool {
        let params = job.params;
        let shaping: Shaping = params.shaping;
        let choice = choose(arch, logits, shaping, &mut self.rng);
        let completion = &mut self.completion;
        completion.tokens.push(choice.token);
        completion.log_probs.push(choice.log_prob);
        completion.sampling_log_probs.push(choice.sampling_log_prob);
        let stopped = params.stop_tokens.contains(&choice.token);
        let bytes = if stopped {
            &[]
        } else {
            job.vocabulary.of(choice.token)
        };
        let string = self.text.push(bytes, &params.stop_strings);
        completion.finish = if stopped {
            Finish::StopToken
        } else if string.is_some() {
            Finish::StopString
        } else if completion.tokens.len() >= self.room {
            Finish::Length
        } else {
            Finish::Cancelled
        };
        completion.finish != Finish::Cancelled
    }
}

/// The choices of one row, `[mixture layers · per token]`, out of `[mixture layers, rows, per
/// token]`.
fn row_routes(all: &[u32], row: usize, rows: usize, per_token: usize) -> Vec<u32> {
    if per_token == 0 {
        return Vec::new();
    }
    let layers = all.chunks_exact(rows * per_token);
    layers
        .flat_map(|layer| &layer[row * per_token..(row + 1) * per_token])
        .copied()
        .collect()
}
