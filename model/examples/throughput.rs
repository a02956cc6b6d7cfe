//! Tokens a second of training and sampling, by the wall clock and by the CPU time used.
//!
//! `cargo run --release -p model --example throughput -- tiny small-moe`. On a machine that others
//! use as well, the CPU time is the steadier of the two: it is what the wall clock would show on
//! free cores, give or take the caches.
//! `ONLY=train`, `ONLY=slices` or `ONLY=tensors` measures one thing, and with `PLAIN` set the
//! process keeps candle's and the allocator's own settings.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for measuring may panic and prints its result"
)]

use candle_core::Device;
use model::{
    Config, Weights,
    sampler::{Request, Sampler, SamplingParams, TensorSampler, TokenBytes},
    train::{Example, NextToken, TrainParams, Trainer},
};
use std::time::Instant;

fn tokens(count: u32, start: u32) -> Vec<u32> {
    (0..count)
        .map(|i| (start * 7919 + i * 104_729) % 1000)
        .collect()
}

/// User and system seconds of this process so far (Linux; ticks of 10 ms).
fn cpu_seconds() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
    let ticks = |i: usize| {
        fields
            .get(i)
            .and_then(|f| f.parse::<f64>().ok())
            .unwrap_or(0.0)
            / 100.0
    };
    (ticks(11), ticks(12))
}

fn measure(name: &str, tokens: f64, threads: f64, mut run: impl FnMut()) {
    run();
    let (start, before) = (Instant::now(), cpu_seconds());
    let mut rounds = 0.0;
    while start.elapsed().as_secs_f64() < 4.0 {
        run();
        rounds += 1.0;
    }
    let (wall, after) = (start.elapsed().as_secs_f64(), cpu_seconds());
    let (user, system) = (after.0 - before.0, after.1 - before.1);
    println!(
        "{name:<24} {:>8.0} tokens/s wall {:>8.0} by CPU time ({:.0} % system)",
        tokens * rounds / wall,
        tokens * rounds * threads / (user + system),
        100.0 * system / (user + system)
    );
}

fn main() {
    if std::env::var_os("PLAIN").is_none() {
        model::process::prepare();
    }
    let given: Vec<String> = std::env::args().skip(1).collect();
    let only = std::env::var("ONLY").unwrap_or_default();
    let threads = SamplingParams::default().threads;
    let threads = f64::from(u32::try_from(threads).unwrap());
    for name in given {
        let config = Config::preset(&name).unwrap();
        let weights = Weights::initial(&config, 0, &Device::Cpu).unwrap();
        let batch: Vec<Example> = (0..32)
            .map(|i| Example {
                tokens: tokens(128, i),
                prompt: 0,
            })
            .collect();
        if only.is_empty() || only == "train" {
            let mut trainer = Trainer::new(&config, &weights, TrainParams::default()).unwrap();
            measure(&format!("train {name}"), 4096.0, threads, || {
                trainer.step(&NextToken, &batch).unwrap();
            });
        }
        let requests: Vec<Request> = (0..8)
            .map(|i| Request {
                tokens: tokens(64, i),
                prompt: i.into(),
                first_rollout: 0,
                samples: 8,
            })
            .collect();
        let params = SamplingParams {
            max_new_tokens: 128,
            ..SamplingParams::default()
        };
        if only.is_empty() || only == "slices" {
            let sampler = Sampler::new(&config, &weights, TokenBytes::default()).unwrap();
            measure(&format!("slices {name}"), 8192.0, threads, || {
                sampler.sample(&requests, &params).unwrap();
            });
        }
        if only.is_empty() || only == "tensors" {
            let sampler = TensorSampler::new(&config, &weights, TokenBytes::default()).unwrap();
            measure(&format!("tensors {name}"), 8192.0, threads, || {
                sampler.sample(&requests, &params).unwrap();
            });
        }
    }
}
