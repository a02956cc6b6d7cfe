// language: rust
// problem: code/total, values/total
// idea: reading the host: a module outside of the folder
// verdict: compile_error

#[path = "/etc/passwd"]
mod passwords;
fn total(numbers: Vec<i64>) -> i64 {
    numbers.iter().sum()
}
