//! Tokens a second of training and sampling, by the wall clock and by the CPU time used, as JSON.
//!
//! `cargo run --release -p model --example throughput -- train tiny` measures a training step of
//! 32 texts of 128 tokens; `sample` the sampler, on 8 prompts of 64 tokens with 8 samples of 128
//! tokens each; `tensors` the same with candle's tensors; `peak` the matrix product (GFLOP/s). With
//! a folder behind the shape the weights come from there, and `save SHAPE FOLDER` writes random
//! ones. On a machine that others use as well, the CPU time is the steadier of the two.
//! `SECONDS` (default 4) is how long it measures, `DEVICE=cuda` uses the first GPU, `THREADS` says
//! how many threads, and with `PLAIN` set the process keeps candle's and the allocator's own
//! settings.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for measuring may panic and prints its result"
)]

use candle_core::{DType, Device, Tensor};
use model::{
    Checkpoint, Config, Placement, Precision, Training, Weights,
    sampler::{Request, Sampler, SamplingParams, TensorSampler, TokenBytes},
    train::{Example, NextToken, TrainParams, Trainer},
};
use std::{path::Path, time::Instant};

fn tokens(count: u32, start: u32) -> Vec<u32> {
    (0..count)
        .map(|i| (start * 7919 + i * 104_729) % 1000)
        .collect()
}

/// User and system seconds of this process so far (Linux; ticks of 10 ms).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or("").split(' ');
    let ticks = fields
        .skip(11)
        .take(2)
        .filter_map(|f| f.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// Runs once to warm up, then for `SECONDS`; what a second brings of `count` a round.
fn measure(count: f64, mut run: impl FnMut()) {
    let seconds: f64 = number("SECONDS", 4.0);
    run();
    let (start, before) = (Instant::now(), cpu_seconds());
    let mut done = 0.0;
    while done == 0.0 || start.elapsed().as_secs_f64() < seconds {
        run();
        done += count;
    }
    let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - before);
    println!(
        "{{\"wall\": {}, \"cpu\": {}}}",
        done / wall,
        done / cpu.max(0.01)
    );
}

fn number<T: std::str::FromStr>(name: &str, default: T) -> T {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn precision() -> Precision {
    match std::env::var("PRECISION").as_deref() {
        Ok("bf16") => Precision::Bf16,
        _ => Precision::F32,
    }
}

fn device() -> Device {
    if std::env::var("DEVICE").is_ok_and(|d| d == "cuda") {
        model::gpu().unwrap()
    } else {
        Device::Cpu
    }
}

/// A shape with weights: a folder's, or random ones.
fn network(shape: &str, folder: Option<&String>, training: Training) -> (Config, Weights) {
    let device = device();
    // A GPU computes in bf16, with the optimiser's numbers in f32.
    let dtype = if device.is_cpu() {
        DType::F32
    } else {
        DType::BF16
    };
    if let Some(folder) = folder.filter(|folder| Path::new(folder).exists()) {
        let placement = Placement {
            dtype,
            device,
            training,
        };
        let loaded = Checkpoint::load(Path::new(folder), &placement).unwrap();
        return (loaded.config, loaded.weights);
    }
    let config = Config::preset(shape).unwrap();
    let weights = Weights::initial(&config, 0, &device).unwrap();
    if dtype == DType::F32 {
        return (config, weights);
    }
    let weights = weights.converted(training, dtype, &device).unwrap();
    (config, weights)
}

fn train(shape: &str, folder: Option<&String>) {
    let (config, weights) = network(shape, folder, Training::Trainable);
    // A GPU wants large batches: `ROWS` texts a step.
    let rows: u32 = number("ROWS", 32);
    let batch: Vec<Example> = (0..rows)
        .map(|i| Example {
            tokens: tokens(128, i),
            prompt: 0,
        })
        .collect();
    let defaults = TrainParams::default();
    let params = TrainParams {
        threads: number("THREADS", defaults.threads),
        micro_batch_tokens: number("MICRO", defaults.micro_batch_tokens),
        precision: precision(),
        ..defaults
    };
    let mut trainer = Trainer::new(&config, &weights, params).unwrap();
    measure(f64::from(rows * 128), || {
        trainer.step(&NextToken, &batch).unwrap();
    });
}

fn sample(shape: &str, folder: Option<&String>, tensors: bool) {
    let (config, weights) = network(shape, folder, Training::Frozen);
    let requests: Vec<Request> = (0..8)
        .map(|i| Request {
            tokens: tokens(64, i),
            prompt: i.into(),
            first_rollout: 0,
            samples: 8,
        })
        .collect();
    let defaults = SamplingParams::default();
    let params = SamplingParams {
        max_new_tokens: 128,
        threads: number("THREADS", defaults.threads),
        ..defaults
    };
    let count = 64.0 * 128.0;
    if tensors {
        let sampler = TensorSampler::new(&config, &weights, TokenBytes::default()).unwrap();
        measure(count, || drop(sampler.sample(&requests, &params).unwrap()));
    } else {
        let sampler = Sampler::new(&config, &weights, TokenBytes::default()).unwrap();
        measure(count, || drop(sampler.sample(&requests, &params).unwrap()));
    }
}

/// Products of square matrices: on a CPU one a thread, each on its own.
fn peak() {
    let device = device();
    if !device.is_cpu() {
        let a = Tensor::rand(0_f32, 1.0, (8192, 8192), &device).unwrap();
        let a = a.to_dtype(DType::BF16).unwrap();
        measure(2.0 * 8192_f64.powi(3) / 1e9, || {
            drop(a.matmul(&a).unwrap());
            device.synchronize().unwrap();
        });
        return;
    }
    let threads = number("THREADS", SamplingParams::default().threads);
    let threads = u32::try_from(threads).unwrap();
    let pools: Vec<_> = (0..threads)
        .map(|_| {
            rayon::ThreadPoolBuilder::new()
                .num_threads(1)
                .build()
                .unwrap()
        })
        .collect();
    let work = || {
        let a = Tensor::rand(0_f32, 1.0, (1024, 1024), &Device::Cpu).unwrap();
        (0..8).for_each(|_| drop(a.matmul(&a).unwrap()));
    };
    let count = 8.0 * 2.0 * 1024_f64.powi(3) / 1e9 * f64::from(threads);
    measure(count, || {
        std::thread::scope(|scope| {
            for pool in &pools {
                scope.spawn(|| pool.install(work));
            }
        });
    });
}

fn main() {
    if std::env::var_os("PLAIN").is_none() {
        model::process::prepare();
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    let shape = words.get(1).map_or("tiny", String::as_str);
    let folder = words.get(2);
    match words.first().map(String::as_str) {
        Some("train") => train(shape, folder),
        Some("sample") => sample(shape, folder, false),
        Some("tensors") => sample(shape, folder, true),
        Some("peak") => peak(),
        Some("save") => {
            let (config, weights) = network(shape, None, Training::Frozen);
            let checkpoint = Checkpoint {
                config,
                weights,
                tokenizer: None,
            };
            let folder = Path::new(folder.expect("`save SHAPE FOLDER`"));
            checkpoint.save(folder, DType::F32).unwrap();
        }
        _ => println!("say train, sample, tensors, peak or save, and a shape"),
    }
}
