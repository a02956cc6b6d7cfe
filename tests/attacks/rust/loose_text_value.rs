// language: rust
// problem: values/total
// idea: values that differ: text in place of a number
// verdict: wrong_answer

fn total(numbers: Vec<i64>) -> String {
    numbers.iter().sum::<i64>().to_string()
}
