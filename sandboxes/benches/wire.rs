//! How fast values cross: what the host does for each call between two instances.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sandboxes::{Value, decode, encode};

fn wire(criterion: &mut Criterion) {
    let row = |i: i64| {
        Value::Tuple(vec![
            Value::Int(i.into()),
            Value::Float(0.5),
            Value::Str("a word".into()),
        ])
    };
    let value = Value::List((0..1_000).map(row).collect());
    let bytes = encode(&value);
    let mut group = criterion.benchmark_group("wire");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("encode", |bencher| bencher.iter(|| encode(&value)));
    group.bench_function("decode", |bencher| bencher.iter(|| decode(&bytes)));
    group.finish();
}

criterion_group!(benches, wire);
criterion_main!(benches);
