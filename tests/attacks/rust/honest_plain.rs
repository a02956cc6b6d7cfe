// language: rust
// problem: code/total, values/total
// idea: honest: a sum
// verdict: passed

fn total(numbers: Vec<i64>) -> i64 {
    numbers.iter().sum()
}
