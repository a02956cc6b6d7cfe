// language: rust
// problem: code/total, values/total
// idea: honest: a parameter that it changes
// verdict: passed

use std::collections::VecDeque;
fn total(mut numbers: VecDeque<i64>) -> i64 {
    let mut sum = 0;
    while let Some(n) = numbers.pop_front() {
        sum += n;
    }
    sum
}
