//! Forward and backward of whole networks on the CPU, in tokens a second.
//!
//! `cargo bench -p model`; with `-- --test` each runs once. One thread a network, as a replica of
//! the training engine runs.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "criterion makes the items; a bench may panic"
)]

use candle_core::Device;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use model::{Batch, Config, Network, Weights};
use std::hint::black_box;

const SEQUENCES: u32 = 16;
const LENGTH: u32 = 128;

fn batch(vocab: u32) -> Batch {
    let ids = |s: u32| {
        (0..LENGTH)
            .map(|i| (s * 7919 + i * 104_729) % vocab)
            .collect::<Vec<_>>()
    };
    Batch::new(&(0..SEQUENCES).map(ids).collect::<Vec<_>>()).unwrap()
}

fn training_step(c: &mut Criterion) {
    // Candle's own operations must stay in this thread too.
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let mut group = c.benchmark_group("forward_backward");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(u64::from(SEQUENCES * LENGTH)));
    for name in ["tiny", "tiny-moe", "small", "small-moe"] {
        let config = Config::preset(name).unwrap();
        let weights = Weights::initial(&config, 0, &Device::Cpu).unwrap();
        let network = Network::new(&config, &weights).unwrap();
        let batch = batch(1024);
        let targets = batch.next_tokens();
        group.bench_function(name, |b| {
            b.iter(|| {
                pool.install(|| {
                    let pass = network.forward(&batch).unwrap();
                    let log_probs = network.log_probs(&pass.hidden, &targets).unwrap();
                    let mut loss = log_probs.mean_all().unwrap().neg().unwrap();
                    if let Some(balance) = pass.balance_loss {
                        loss = (loss + balance).unwrap();
                    }
                    black_box(loss.backward().unwrap())
                })
            });
        });
    }
    group.finish();
}

criterion_group!(benches, training_step);
criterion_main!(benches);
