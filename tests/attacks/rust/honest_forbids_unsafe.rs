// language: rust
// problem: code/total, values/total
// idea: honest: it forbids what is unsafe
// verdict: passed

#![forbid(unsafe_code)]
#![deny(warnings)]
fn total(numbers: Vec<i64>) -> i64 {
    let unused = 1;
    numbers.iter().sum::<i64>()
}
