// language: rust
// problem: code/total, values/total
// idea: taking memory: one allocation of too much
// verdict: out_of_memory

fn total(_: Vec<i64>) -> i64 {
    let all = vec![1_u8; 1 << 30];
    std::hint::black_box(&all).len() as i64
}
