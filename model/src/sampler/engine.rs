//! The decoding loop: each thread keeps a batch of running sequences full from a common list.
//!
//! A thread takes a prompt with some of its samples, runs the prompt once, and lets its samples
//! share the result. A sequence that ends leaves the batch at once and its memory goes to the next.
//! Which thread runs a sample, and beside which others, has no influence on the sample.

use super::{
    Completion, Progress, Request, SamplingParams,
    cache::Segment,
    forward::{Buffers, Pass, Rowset, Wanted},
    net::Net,
    running::{Draw, Running},
    text::TokenBytes,
};
use pulp::Arch;
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

struct Sequence {
    request: usize,
    sample: usize,
    prompt: Rc<Prompt>,
    own: Segment,
    running: Running,
}

struct Worker<'a> {
    job: &'a Job<'a>,
    pass: Pass<'a>,
    draw: Draw<'a>,
    batch: usize,
    running: Vec<Sequence>,
    spare: Vec<Segment>,
    buffers: Buffers,
    finished: Vec<(usize, usize, Completion)>,
}

impl<'a> Worker<'a> {
    fn new(job: &'a Job<'a>, batch: usize) -> Self {
        Self {
            job,
            pass: Pass {
                arch: Arch::new(),
                net: job.net,
            },
            draw: Draw {
                params: job.params,
                vocabulary: job.vocabulary,
            },
            batch,
            running: Vec::new(),
            spare: Vec::new(),
            buffers: Buffers::new(job.params.routing),
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
            let mut own = self.spare.pop().unwrap_or_else(|| self.empty());
            own.length = 0;
            let positions = self.job.net.positions;
            let mut running = Running::new(request, sample as u64, positions, self.job.params);
            running.completion.routes.clone_from(&prompt.routes);
            let ended = running.extend(&mut prompt.logits.clone(), &self.draw);
            let prompt = prompt.clone();
            let sequence = Sequence {
                request: unit.request,
                sample,
                prompt,
                own,
                running,
            };
            if ended {
                self.end(sequence);
            } else {
                self.running.push(sequence);
            }
        }
    }

    fn run_prompt(&mut self, tokens: &[u32]) -> Prompt {
        let mut segment = self.empty();
        let mut routes = Vec::new();
        for (index, part) in tokens.chunks(PROMPT_ROWS).enumerate() {
            let start = index * PROMPT_ROWS;
            let rowset = Rowset::Prompt {
                segment: &mut segment,
                start,
            };
            self.pass.run(part, rowset, Wanted::Last, &mut self.buffers);
            if self.job.params.routing {
                routes.extend((0..part.len()).map(|row| self.routes(row, part.len())));
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
        let tokens: Vec<u32> = self.running.iter().map(|s| s.running.newest()).collect();
        let pairs = self
            .running
            .iter_mut()
            .map(|s| (&s.prompt.segment, &mut s.own));
        let rowset = Rowset::Newest(pairs.collect());
        self.pass
            .run(&tokens, rowset, Wanted::All, &mut self.buffers);
        if self.job.params.routing {
            for row in 0..tokens.len() {
                let routes = self.routes(row, tokens.len());
                self.running[row].running.completion.routes.push(routes);
            }
        }
        let cancelled = self.job.progress.cancelled.load(Ordering::Relaxed);
        let mut ended = Vec::new();
        let rows = self.buffers.logits.chunks_exact_mut(self.job.net.vocab);
        for (row, (sequence, logits)) in self.running.iter_mut().zip(rows).enumerate() {
            if sequence.running.extend(logits, &self.draw) || cancelled {
                ended.push(row);
            }
        }
        self.job
            .progress
            .new_tokens
            .fetch_add(tokens.len() as u64, Ordering::Relaxed);
        for row in ended.into_iter().rev() {
            let sequence = self.running.swap_remove(row);
            self.end(sequence);
        }
    }

    fn end(&mut self, sequence: Sequence) {
        let Sequence {
            request,
            sample,
            own,
            running,
            ..
        } = sequence;
        self.finished.push((request, sample, running.finish()));
        self.job.progress.finished.fetch_add(1, Ordering::Relaxed);
        self.spare.push(own);
    }

    /// The experts of one row of the last pass, `[mixture layers · per token]`.
    fn routes(&self, row: usize, rows: usize) -> Vec<u32> {
        let (Some(config), Some(all)) = (&self.job.net.router, &self.buffers.routes) else {
            return Vec::new();
        };
        let count = config.num_experts_per_tok;
        let layers = all.chunks_exact(rows * count);
        layers
            .flat_map(|layer| &layer[row * count..(row + 1) * count])
            .copied()
            .collect()
    }
}
