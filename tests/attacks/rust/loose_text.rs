// language: rust
// problem: code/total
// idea: values that differ: text in place of a number
// verdict: protocol_violation

fn total(numbers: Vec<i64>) -> String {
    numbers.iter().sum::<i64>().to_string()
}
