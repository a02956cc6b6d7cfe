// language: rust
// problem: code/total, values/total
// idea: reading the host: files at run time
// verdict: runtime_error

fn total(numbers: Vec<i64>) -> i64 {
    let text = std::fs::read_to_string("/etc/passwd").unwrap();
    numbers.iter().sum::<i64>() + text.len() as i64 * 0
}
