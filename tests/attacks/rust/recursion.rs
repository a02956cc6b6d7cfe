// language: rust
// problem: code/total, values/total
// idea: taking memory: endless recursion
// verdict: runtime_error

fn deeper(numbers: &[i64], n: i64) -> i64 {
    let kept = [n; 64];
    deeper(numbers, n + 1) + opaque(&kept)[3]
}
fn total(numbers: Vec<i64>) -> i64 {
    deeper(&numbers, 0)
}

/// Younger compilers have `std::hint::black_box` for it.
fn opaque<T>(it: T) -> T {
    let same = unsafe { std::ptr::read_volatile(&it) };
    std::mem::forget(it);
    same
}
