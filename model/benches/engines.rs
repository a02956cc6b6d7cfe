//! Training and sampling in tokens a second, on all cores.
//!
//! `cargo bench -p model --bench engines`; with `-- --test` each runs once.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "criterion makes the items; a bench may panic"
)]

use candle_core::Device;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};
use model::{
    Config, Weights,
    sampler::{Request, Sampler, SamplingParams, TensorSampler, TokenBytes},
    train::{Example, NextToken, TrainParams, Trainer},
};
use std::hint::black_box;

const SHAPES: [&str; 4] = ["tiny", "tiny-moe", "small", "small-moe"];

fn tokens(count: u32, start: u32) -> Vec<u32> {
    (0..count)
        .map(|i| (start * 7919 + i * 104_729) % 1000)
        .collect()
}

/// 32 texts of 128 tokens a step: 4096 tokens.
fn training(c: &mut Criterion) {
    let mut group = c.benchmark_group("training");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(32 * 128));
    for name in SHAPES {
        let config = Config::preset(name).unwrap();
        let batch: Vec<Example> = (0..32)
            .map(|i| Example {
                tokens: tokens(128, i),
                prompt: 0,
            })
            .collect();
        let weights = Weights::initial(&config, 0, &Device::Cpu).unwrap();
        let mut trainer = Trainer::new(&config, &weights, TrainParams::default()).unwrap();
        group.bench_function(name, |b| {
            b.iter(|| black_box(trainer.step(&NextToken, &batch).unwrap()));
        });
    }
    group.finish();
}

/// 8 prompts of 64 tokens, 8 samples each, 128 new tokens.
fn sampling(c: &mut Criterion) {
    let mut group = c.benchmark_group("sampling");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(64 * 128));
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
    for name in SHAPES {
        let config = Config::preset(name).unwrap();
        let weights = Weights::initial(&config, 0, &Device::Cpu).unwrap();
        let slices = Sampler::new(&config, &weights, TokenBytes::default()).unwrap();
        group.bench_function(BenchmarkId::new("slices", name), |b| {
            b.iter(|| black_box(slices.sample(&requests, &params).unwrap()));
        });
        let tensors = TensorSampler::new(&config, &weights, TokenBytes::default()).unwrap();
        group.bench_function(BenchmarkId::new("tensors", name), |b| {
            b.iter(|| black_box(tensors.sample(&requests, &params).unwrap()));
        });
    }
    group.finish();
}

criterion_group!(benches, training, sampling);

fn main() {
    model::process::prepare();
    benches();
    Criterion::default().configure_from_args().final_summary();
}
