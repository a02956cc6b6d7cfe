//! Training and sampling in tokens a second, on all cores.
//!
//! `cargo bench -p model --bench engines`; with `-- --test` each runs once, on less work.
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

/// How much work: what is measured, or, where the run only shows that it runs, a few seconds' worth.
struct Size {
    texts: u32,
    samples: usize,
    new_tokens: usize,
}

fn size() -> Size {
    if std::env::args().any(|word| word == "--test") {
        return Size {
            texts: 2,
            samples: 1,
            new_tokens: 8,
        };
    }
    Size {
        texts: 32,
        samples: 8,
        new_tokens: 128,
    }
}

fn tokens(count: u32, start: u32) -> Vec<u32> {
    (0..count)
        .map(|i| (start * 7919 + i * 104_729) % 1000)
        .collect()
}

/// 32 texts of 128 tokens a step: 4096 tokens.
fn training(c: &mut Criterion) {
    let size = size();
    let mut group = c.benchmark_group("training");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(u64::from(size.texts) * 128));
    for name in SHAPES {
        let config = Config::preset(name).unwrap();
        let batch: Vec<Example> = (0..size.texts)
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
    let size = size();
    let mut group = c.benchmark_group("sampling");
    let count = 8 * size.samples * size.new_tokens;
    group
        .sample_size(10)
        .throughput(Throughput::Elements(count as u64));
    let requests: Vec<Request> = (0..8)
        .map(|i| Request {
            tokens: tokens(64, i),
            prompt: i.into(),
            first_rollout: 0,
            samples: size.samples,
        })
        .collect();
    let params = SamplingParams {
        max_new_tokens: size.new_tokens,
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
