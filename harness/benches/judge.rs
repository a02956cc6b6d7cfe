//! What a candidate costs, from the pipe to the record and back: one worker, programs that do
//! almost nothing.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sandboxes::{Cache, Go, Job, Language, Limits, Pool, PoolConfig, Task, Value, provision};

/// Jobs a round: enough that the pipe never runs dry.
const JOBS: u64 = 32;

fn judge(criterion: &mut Criterion) {
    let cache = Cache::locate().expect("a cache folder");
    let guest = provision(Language::Python, &cache, &|_| ()).expect("the Python guest");
    let mut pool = Pool::start(&PoolConfig {
        workers: 1,
        command: vec![env!("CARGO_BIN_EXE_rewardsmith").into(), "worker".into()],
        guests: vec![guest],
    });
    let tasks = [
        (
            "run",
            Task::Run {
                stdin: vec![Vec::new()],
            },
        ),
        (
            "call",
            Task::Call {
                entry_point: "f".to_owned(),
                parameters: None,
                arguments: (0..10).map(|x| vec![Value::Int(x.into())]).collect(),
            },
        ),
        (
            "two instances",
            Task::Test {
                trusted: "import math".to_owned(),
                proxied: vec!["f".to_owned()],
                cases: vec!["for x in range(10):\n    assert f(x) == x + 1".to_owned()],
            },
        ),
    ];
    let mut group = criterion.benchmark_group("judge");
    group.throughput(Throughput::Elements(JOBS)).sample_size(20);
    for (name, task) in tasks {
        let job = Job {
            language: Language::Python,
            source: "def f(x):\n    return x + 1\n".to_owned(),
            task,
            limits: Limits::default(),
        };
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                pool.judge(
                    (0..JOBS).map(|number| (number, job.clone())),
                    |_, judged| {
                        assert!(judged.is_ok(), "{judged:?}");
                        Go::On
                    },
                );
            });
        });
    }
    group.finish();
}

criterion_group!(benches, judge);
criterion_main!(benches);
