// language: rust
// problem: code/total, values/total
// idea: taking memory: one allocation of too much
// verdict: out_of_memory

fn total(_: Vec<i64>) -> i64 {
    let all = vec![1_u8; 1 << 30];
    opaque(&all).len() as i64
}

/// Younger compilers have `std::hint::black_box` for it.
fn opaque<T>(it: T) -> T {
    let same = unsafe { std::ptr::read_volatile(&it) };
    std::mem::forget(it);
    same
}
