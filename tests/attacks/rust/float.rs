// language: rust
// problem: code/total
// idea: values that differ: a float in place of an integer
// verdict: protocol_violation

fn total(numbers: Vec<i64>) -> f64 {
    numbers.iter().sum::<i64>() as f64
}
