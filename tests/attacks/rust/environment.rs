// language: rust
// problem: code/total, values/total
// idea: reading the host: the compiler's environment
// verdict: compile_error

const HOME: &str = env!("HOME");
fn total(numbers: Vec<i64>) -> i64 {
    numbers.iter().sum::<i64>() + HOME.len() as i64 * 0
}
