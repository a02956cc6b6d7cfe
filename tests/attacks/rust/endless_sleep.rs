// language: rust
// problem: code/total, values/total
// idea: never ending: a sleep that takes no time
// verdict: wrong_answer

fn total(_: Vec<i64>) -> i64 {
    std::thread::sleep(std::time::Duration::from_secs(1 << 30));
    0
}
