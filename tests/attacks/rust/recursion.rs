// language: rust
// problem: code/total, values/total
// idea: taking memory: endless recursion
// verdict: runtime_error

fn deeper(numbers: &[i64], n: i64) -> i64 {
    let kept = [n; 64];
    deeper(numbers, n + 1) + std::hint::black_box(&kept)[3]
}
fn total(numbers: Vec<i64>) -> i64 {
    deeper(&numbers, 0)
}
