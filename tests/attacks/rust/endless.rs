// language: rust
// problem: code/total, values/total
// idea: never ending: a loop
// verdict: out_of_fuel

fn total(_: Vec<i64>) -> i64 {
    let mut n = 0_u64;
    loop {
        n = std::hint::black_box(n + 1);
    }
}
