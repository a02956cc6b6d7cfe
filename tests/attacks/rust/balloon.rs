// language: rust
// problem: code/total, values/total
// idea: taking memory: many boxes
// verdict: out_of_memory

fn total(_: Vec<i64>) -> i64 {
    let mut kept = Vec::new();
    loop {
        kept.push(vec![1_u8; 1 << 20]);
        opaque(&kept);
    }
}

/// Younger compilers have `std::hint::black_box` for it.
fn opaque<T>(it: T) -> T {
    let same = unsafe { std::ptr::read_volatile(&it) };
    std::mem::forget(it);
    same
}
