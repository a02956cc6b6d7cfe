// language: rust
// problem: code/total, values/total
// idea: taking processes: a thread
// verdict: runtime_error

fn total(numbers: Vec<i64>) -> i64 {
    std::thread::spawn(move || numbers.iter().sum()).join().unwrap()
}
