// problem: code/total, values/total
// idea: honest: a sum

fn total(numbers: Vec<i64>) -> i64 {
    numbers.iter().sum()
}
