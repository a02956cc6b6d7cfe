//! From prompts to judged rollouts.
//!
//! Workers judge while the sampler goes on and while the reference policy and the reward model read
//! what was sampled. Equal programs of a problem are judged once, since policies repeat themselves.
//! Nothing here depends on who is faster: a rollout is a function of its seeds, a verdict of its
//! program, and results are put in order by their numbers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Instant;

use model::Network;
use model::sampler::{Completion, Request, SamplingParams};
use model::train::{Example, NextToken, TrainParams, evaluate};
use problems::{SampleKind, Suite};
use sandboxes::Go;

use super::scorer::Scorer;
use crate::commands::Failure;
use crate::judge::{Outcome, Plan, Session, digest};
use crate::sampling::Policy;

/// Sequences that are sampled before the first is judged: enough to keep the sampler's batches full.
const AT_A_TIME: usize = 64;

/// All that it takes to collect rollouts.
pub(super) struct Collector<'a> {
    pub(super) suite: &'a Suite,
    pub(super) plans: &'a [Plan],
    /// Tokens of each problem's prompt.
    pub(super) prompts: &'a [Vec<u32>],
    pub(super) policy: &'a Policy,
    pub(super) reference: Option<&'a Network>,
    pub(super) scorer: Option<&'a Scorer>,
    pub(super) params: &'a TrainParams,
    pub(super) group: usize,
    pub(super) overlap: bool,
}

/// A prompt that was drawn: its place in the order of prompts and its problem.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draw {
    pub(super) number: u64,
    pub(super) problem: usize,
}

/// A rollout before it is rewarded.
pub(super) struct Collected {
    pub(super) draw: Draw,
    pub(super) completion: Completion,
    pub(super) program: String,
    pub(super) outcome: Outcome,
    pub(super) digest: String,
    pub(super) reference_log_probs: Vec<f32>,
    /// What the reward model says.
    pub(super) opinion: Option<f64>,
}

/// What it took.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spent {
    /// Seconds of sampling.
    pub(super) sampling: f64,
    /// Seconds of waiting for verdicts after the last sample.
    pub(super) judging: f64,
    /// Programs that were judged: equal ones of a problem once.
    pub(super) programs: usize,
}

/// What the policy, the reference and the reward model give.
struct Sampled {
    completions: Vec<Completion>,
    reference: Vec<Vec<f32>>,
    opinions: Vec<f64>,
    seconds: f64,
}

/// A program on its way to a worker: the number of its rollout, its problem, its text.
type Program = (u64, usize, String);

impl Collector<'_> {
    /// The rollouts of these prompts, group after group; `None` where `halt` was set before the end.
    pub(super) fn collect(
        &self,
        session: &mut Session,
        draws: &[Draw],
        sampling: &SamplingParams,
        halt: &AtomicBool,
    ) -> Result<Option<(Vec<Collected>, Spent)>, Failure> {
        let begun = Instant::now();
        let count = draws.len() * self.group;
        let (programs, queue) = channel::<Program>();
        let mut judged: Vec<Option<(String, Outcome, String)>> = vec![None; count];
        let mut judge = |session: &mut Session| {
            let mut sources: Vec<String> = vec![String::new(); count];
            let jobs = queue.iter().map(|(number, problem, source)| {
                sources[place(number)].clone_from(&source);
                (number, &self.plans[problem], source)
            });
            let plan_of = |number| &self.plans[draws[place(number) / self.group].problem];
            let mut seen = Vec::new();
            let counts = session.look(jobs, plan_of, digest, |number, outcome, digest| {
                seen.push((number, outcome, digest));
                if halt.load(Ordering::Relaxed) {
                    Go::Stop
                } else {
                    Go::On
                }
            });
            for (number, outcome, digest) in seen {
                let source = std::mem::take(&mut sources[place(number)]);
                judged[place(number)] = Some((source, outcome, digest));
            }
            (begun.elapsed().as_secs_f64(), counts.judged)
        };
        let work = |programs| {
            let sampled = self.sample(draws, sampling, programs, halt)?;
            let seconds = begun.elapsed().as_secs_f64();
            Ok::<_, model::Error>(sampled.map(|completions| (completions, seconds)))
        };
        let (sampled, (judging_end, programs)) = if self.overlap {
            std::thread::scope(|scope| {
                let worker = scope.spawn(|| {
                    let Some((completions, seconds)) = work(programs)? else {
                        return Ok(None);
                    };
                    self.read(draws, completions, seconds).map(Some)
                });
                let end = judge(session);
                let sampled = worker.join().expect("sampling does not panic");
                (sampled, end)
            })
        } else {
            let sampled = work(programs);
            let end = judge(session);
            let read = |sampled: Option<(Vec<Completion>, f64)>| {
                let read = |(completions, seconds)| self.read(draws, completions, seconds);
                sampled.map(read).transpose()
            };
            (sampled.and_then(read), end)
        };
        let Some(sampled) = sampled? else {
            return Ok(None);
        };
        let spent = Spent {
            sampling: sampled.seconds,
            judging: (judging_end - sampled.seconds).max(0.0),
            programs,
        };
        Ok(self.joined(draws, sampled, judged).map(|all| (all, spent)))
    }

    /// Samples part by part and sends the programs of each part on their way.
    fn sample(
        &self,
        draws: &[Draw],
        sampling: &SamplingParams,
        programs: Sender<Program>,
        halt: &AtomicBool,
    ) -> model::Result<Option<Vec<Completion>>> {
        let mut all = Vec::with_capacity(draws.len() * self.group);
        for draws in draws.chunks(AT_A_TIME.div_ceil(self.group)) {
            if halt.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let request = |draw: &Draw| Request {
                tokens: self.prompts[draw.problem].clone(),
                prompt: draw.number,
                first_rollout: 0,
                samples: self.group,
            };
            let requests: Vec<Request> = draws.iter().map(request).collect();
            let groups = self.policy.sample_quietly(&requests, sampling)?;
            for (draw, group) in draws.iter().zip(groups) {
                let problem = &self.suite.problems[draw.problem];
                for completion in group {
                    let (kind, _) = SampleKind::of_completion(problem, &completion.text);
                    let program = problem.program(&kind);
                    // Whoever judges may have stopped: then nobody needs the rest.
                    let _ = programs.send((all.len() as u64, draw.problem, program));
                    all.push(completion);
                }
            }
        }
        drop(programs);
        Ok(Some(all))
    }

    /// Lets the reference policy and the reward model read what was sampled.
    fn read(
        &self,
        draws: &[Draw],
        completions: Vec<Completion>,
        seconds: f64,
    ) -> model::Result<Sampled> {
        let whole = |(number, completion): (usize, &Completion)| {
            let prompt = &self.prompts[draws[number / self.group].problem];
            Example {
                tokens: [&prompt[..], &completion.tokens].concat(),
                prompt: prompt.len(),
            }
        };
        let examples: Vec<Example> = completions.iter().enumerate().map(whole).collect();
        let reference = match self.reference {
            Some(network) => {
                let found = evaluate(network, &NextToken, &examples, self.params)?;
                let first = |mut outputs: Vec<Vec<f32>>| outputs.swap_remove(0);
                found.outputs.into_iter().map(first).collect()
            }
            None => Vec::new(),
        };
        let opinions = match self.scorer {
            Some(scorer) => {
                let texts = examples.into_iter().map(|e| e.tokens).collect();
                scorer.rewards(texts, self.params)?
            }
            None => Vec::new(),
        };
        Ok(Sampled {
            completions,
            reference,
            opinions,
            seconds,
        })
    }

    /// Everything about each rollout; `None` where some were not judged to the end.
    fn joined(
        &self,
        draws: &[Draw],
        sampled: Sampled,
        judged: Vec<Option<(String, Outcome, String)>>,
    ) -> Option<Vec<Collected>> {
        let mut reference = sampled.reference.into_iter();
        let mut opinions = sampled.opinions.into_iter();
        let all = sampled.completions.into_iter().zip(judged).enumerate();
        all.map(|(number, (completion, judged))| {
            let (program, outcome, digest) = judged?;
            Some(Collected {
                draw: draws[number / self.group],
                completion,
                program,
                outcome,
                digest,
                reference_log_probs: reference.next().unwrap_or_default(),
                opinion: opinions.next(),
            })
        })
        .collect()
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).expect("it numbers the entries of a vector")
}
