//! How good the policy is: samples of held-out problems, judged in the sandbox.
//!
//! Beside the pass rates it says how far the sampler's log-probabilities lie from the trainer's, and
//! how many of the sampler's routing choices differ. Learning from rewards rests on both being the
//! same policy.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use model::sampler::{Completion, Finish, Request, SamplingParams, Seed, Shaping};
use model::train::{Example, NextToken, TrainParams, evaluate};
use model::{Batch, Network};
use problems::{SampleKind, Suite};
use sandboxes::{Go, Judged};
use serde_json::{Map, Value as Json, json};

use super::collect::{Collected, Draw};
use super::sections::Evaluation;
use crate::commands::Failure;
use crate::console::Console;
use crate::judge::{Outcome, Plan, Session, digest, languages, signature};
use crate::results::{PassAtK, tallies};
use crate::sampling::{Policy, body_stops, prompts};

/// Samples whose log-probabilities are compared.
const COMPARED: usize = 64;

/// Samples whose routing is compared, one at a time.
const ROUTED: usize = 8;

/// Problems to measure by.
pub(super) struct Measure {
    config: Evaluation,
    suite: Suite,
    plans: Vec<Plan>,
}

/// What is measured.
pub(super) struct Subject<'a> {
    pub(super) policy: &'a Policy,
    pub(super) network: &'a Network,
    pub(super) params: &'a TrainParams,
}

/// What was found.
pub(super) struct Measured {
    /// By their names in the metrics.
    pub(super) numbers: Vec<(&'static str, f64)>,
    /// For people.
    pub(super) says: String,
    /// For `evaluation.jsonl`.
    pub(super) line: Map<String, Json>,
    /// Tokens of each problem's prompt.
    pub(super) prompts: Vec<Vec<u32>>,
    /// The samples, problem after problem.
    pub(super) samples: Vec<Collected>,
}

impl Measured {
    /// The line of `evaluation.jsonl`, measured after that step.
    pub(super) fn line(&self, step: u64) -> Json {
        let mut line = Map::new();
        line.insert("step".into(), step.into());
        line.extend(self.line.clone());
        Json::Object(line)
    }
}

/// A sample, judged.
struct Found {
    program: String,
    outcome: Outcome,
    signature: Option<[u8; 16]>,
    digest: String,
}

impl Measure {
    /// Plans the judging of the problems, which the session speaks the languages of.
    pub(super) fn start(
        config: &Evaluation,
        suite: Suite,
        session: &mut Session,
    ) -> Result<Self, Failure> {
        let plans = session.plans(&suite)?;
        Ok(Self {
            config: config.clone(),
            suite,
            plans,
        })
    }

    /// The problems.
    pub(super) fn suite(&self) -> &Suite {
        &self.suite
    }

    /// How they are judged.
    pub(super) fn plans(&self) -> &[Plan] {
        &self.plans
    }

    /// Samples and judges; `None` where `stop` was set before the end.
    pub(super) fn run(
        &self,
        session: &mut Session,
        subject: &Subject<'_>,
        stop: &AtomicBool,
        console: &Console,
    ) -> Result<Option<Measured>, Failure> {
        let Subject {
            policy,
            network,
            params,
        } = subject;
        let requests = policy.requests(prompts(&self.suite), self.config.samples)?;
        let sampling = SamplingParams {
            shaping: Shaping {
                temperature: self.config.temperature,
                ..Shaping::default()
            },
            max_new_tokens: self.config.max_new_tokens,
            stop_tokens: policy.stop_tokens(),
            stop_strings: body_stops(&self.suite, &languages::of_suite(&self.suite, None)?),
            // The same numbers at every step: what changes is the policy.
            seed: Seed {
                run: self.config.seed,
                step: 0,
            },
            threads: params.threads,
            routing: true,
            ..SamplingParams::default()
        };
        let Some(sampled) = policy.sample(&requests, &sampling, stop, console)? else {
            return Ok(None);
        };
        let Some(judged) = self.judge(session, &sampled.completions, stop, console) else {
            return Ok(None);
        };
        let n = self.config.samples;
        let passed = judged
            .iter()
            .enumerate()
            .map(|(index, judged)| (index / n, judged.outcome.passed()));
        let powers = std::iter::successors(Some(1), |k| Some(k * 2));
        let mut ks: Vec<usize> = powers.take_while(|k| *k < n).collect();
        ks.push(n);
        let found = PassAtK::of(&tallies(self.suite.problems.len(), passed), &ks);
        let [low, high] = found.ci95.get("pass@1").copied().unwrap_or([f64::NAN; 2]);
        let of = |k: usize| found.mean.get(&format!("pass@{k}")).copied();
        let pass_at_1 = of(1).unwrap_or(f64::NAN);
        let all: Vec<&Completion> = sampled.completions.iter().flatten().collect();
        let not_judged = judged
            .iter()
            .filter(|j| j.outcome.passed().is_none())
            .count();
        let cut = all.iter().filter(|c| c.finish == Finish::Length).count();
        let mut numbers = vec![
            ("pass_at_1", pass_at_1),
            ("pass_at_1_low", low),
            ("pass_at_1_high", high),
            ("pass_at_n", of(n).unwrap_or(f64::NAN)),
            ("not_judged", float(not_judged)),
            ("cut_samples", float(cut)),
            (
                "sample_tokens",
                float(all.iter().map(|c| c.tokens.len()).sum()),
            ),
        ];
        numbers.extend(differences(
            network,
            params,
            &requests,
            &sampled.completions,
        )?);
        numbers.push(("sampling_seconds", sampled.seconds));
        let mut says = format!(
            "pass@1 {:.1} % ({:.1} to {:.1}), pass@{n} {:.1} %",
            pass_at_1 * 100.0,
            low * 100.0,
            high * 100.0,
            of(n).unwrap_or(f64::NAN) * 100.0
        );
        if not_judged > 0 {
            says.push_str(", ");
            says.push_str(&not_judged.to_string());
            says.push_str(" samples could not be judged");
        }
        let line = self.line(&found, &ks, &judged);
        let found = sampled.completions.into_iter().flatten().zip(judged);
        let sample = |(number, (completion, found)): (usize, (Completion, Found))| Collected {
            draw: Draw {
                number: (number / n) as u64,
                problem: number / n,
            },
            completion,
            program: found.program,
            outcome: found.outcome,
            digest: found.digest,
            reference_log_probs: Vec::new(),
            opinion: None,
        };
        Ok(Some(Measured {
            numbers,
            says,
            line,
            prompts: requests.into_iter().map(|r| r.tokens).collect(),
            samples: found.enumerate().map(sample).collect(),
        }))
    }

    fn line(&self, found: &PassAtK, ks: &[usize], judged: &[Found]) -> Map<String, Json> {
        let mut line = Map::new();
        let mut put = |name: &str, value: Json| line.insert(name.to_owned(), value);
        put("suite", self.config.problems.clone().into());
        put("samples", self.config.samples.into());
        put("temperature", self.config.temperature.into());
        put("seed", self.config.seed.into());
        for k in ks {
            let name = format!("pass@{k}");
            put(
                &format!("pass_at_{k}"),
                found.mean.get(&name).copied().into(),
            );
            if *k == 1 {
                let [low, high] = found.ci95.get(&name).copied().unwrap_or([f64::NAN; 2]);
                put("pass_at_1_low", low.into());
                put("pass_at_1_high", high.into());
            }
        }
        let samples = judged.chunks(self.config.samples);
        let each = self.suite.problems.iter().zip(samples);
        let each = each.map(|(problem, judged)| tally(problem.id.as_str(), judged));
        put("problems", each.collect());
        line
    }

    /// What was found, in the order of the samples.
    fn judge(
        &self,
        session: &mut Session,
        completions: &[Vec<Completion>],
        stop: &AtomicBool,
        console: &Console,
    ) -> Option<Vec<Found>> {
        let n = self.config.samples;
        let (plans, problems) = (&self.plans, &self.suite.problems);
        let at = |number: u64| usize::try_from(number).expect("it numbers the entries of a vector");
        let plan_of = |number: u64| &plans[at(number) / n];
        let all = (0..).zip(completions.iter().flatten());
        let programs: Vec<String> = all
            .map(|(number, completion)| {
                let problem = &problems[at(number) / n];
                let (kind, _) = SampleKind::of_completion(problem, &completion.text);
                problem.program(&kind)
            })
            .collect();
        let candidates = (0..).zip(&programs);
        let candidates =
            candidates.map(|(number, program)| (number, plan_of(number), program.clone()));
        let count = completions.iter().map(Vec::len).sum();
        let bar = console.bar(count, "judging");
        let mut found = BTreeMap::new();
        let marks = |judged: &Judged| (signature(judged), digest(judged));
        session.look(candidates, plan_of, marks, |number, outcome, marks| {
            bar.inc(1);
            found.insert(number, (outcome, marks));
            if stop.load(Ordering::Relaxed) {
                Go::Stop
            } else {
                Go::On
            }
        });
        bar.finish_and_clear();
        let found = (found.len() == count).then(|| found.into_values().zip(programs));
        let whole = |((outcome, (signature, digest)), program)| Found {
            program,
            outcome,
            signature,
            digest,
        };
        found.map(|found| found.map(whole).collect())
    }
}

/// A problem's counts: of those that pass, and of those that answer alike, the most frequent first.
fn tally(id: &str, judged: &[Found]) -> Json {
    let passed: Vec<bool> = judged.iter().filter_map(|j| j.outcome.passed()).collect();
    let mut signatures: Vec<([u8; 16], usize, bool)> = Vec::new();
    for found in judged {
        let (Some(signature), Some(passed)) = (found.signature, found.outcome.passed()) else {
            continue;
        };
        match signatures.iter_mut().find(|known| known.0 == signature) {
            Some(known) => known.1 += 1,
            None => signatures.push((signature, 1, passed)),
        }
    }
    signatures.sort_by_key(|known| std::cmp::Reverse(known.1));
    let signatures = signatures
        .iter()
        .map(|(_, count, correct)| json!({"count": count, "correct": correct}));
    json!({
        "id": id,
        "n": passed.len(),
        "correct": passed.iter().filter(|passed| **passed).count(),
        "signatures": signatures.collect::<Vec<_>>(),
    })
}

/// The sampler beside the trainer, on some of the samples.
fn differences(
    network: &Network,
    params: &TrainParams,
    requests: &[Request],
    completions: &[Vec<Completion>],
) -> Result<Vec<(&'static str, f64)>, Failure> {
    let sampled: Vec<(&Request, &Completion)> = requests
        .iter()
        .zip(completions)
        .filter_map(|(request, completions)| Some((request, completions.first()?)))
        .take(COMPARED)
        .collect();
    let whole = |(request, completion): &(&Request, &Completion)| Example {
        tokens: [&request.tokens[..], &completion.tokens].concat(),
        prompt: request.tokens.len(),
    };
    let examples: Vec<Example> = sampled.iter().map(whole).collect();
    let evaluation = evaluate(network, &NextToken, &examples, params)?;
    let (mut largest, mut sum, mut count) = (0.0_f64, 0.0, 0);
    for ((_, completion), outputs) in sampled.iter().zip(&evaluation.outputs) {
        for (ours, theirs) in completion.log_probs.iter().zip(&outputs[0]) {
            let difference = f64::from((ours - theirs).abs());
            largest = largest.max(difference);
            sum += difference;
            count += 1;
        }
    }
    let mut numbers = vec![
        ("logprob_difference_max", largest),
        ("logprob_difference_mean", sum / float(count.max(1))),
    ];
    if let Some(differing) = routing_differences(network, &examples, &sampled)? {
        numbers.push(("routing_differences", float(differing)));
    }
    Ok(numbers)
}

/// How many expert choices of the sampler the trainer does not share; `None` without experts.
fn routing_differences(
    network: &Network,
    examples: &[Example],
    sampled: &[(&Request, &Completion)],
) -> model::Result<Option<usize>> {
    let mut differing = None;
    for (example, (_, completion)) in examples.iter().zip(sampled).take(ROUTED) {
        if completion.routes.is_empty() {
            break;
        }
        let routing = network.forward(&Batch::new(&[&example.tokens])?)?.routing;
        let positions = completion.routes.len();
        for (layer, routing) in routing.iter().enumerate() {
            let per_token = routing.choices.len() / example.tokens.len();
            for (position, routes) in completion.routes.iter().enumerate().take(positions) {
                let ours = &routes[layer * per_token..(layer + 1) * per_token];
                let theirs = &routing.choices[position * per_token..(position + 1) * per_token];
                // The order of two experts of nearly the same score means nothing.
                let missing = theirs
                    .iter()
                    .filter(|expert| !ours.contains(expert))
                    .count();
                *differing.get_or_insert(0) += missing;
            }
        }
    }
    Ok(differing)
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}
