// problem: code/total, values/total
// idea: never ending: a loop

fn total(_: Vec<i64>) -> i64 {
    let mut n = 0_u64;
    loop {
        n = opaque(n + 1);
    }
}

/// Younger compilers have `std::hint::black_box` for it.
fn opaque<T>(it: T) -> T {
    let same = unsafe { std::ptr::read_volatile(&it) };
    std::mem::forget(it);
    same
}
