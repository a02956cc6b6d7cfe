// problem: code/total, values/total
// idea: honest: a main and a print

use std::io::Write;
fn main() {
    println!("{}", total(vec![1, 2]));
}
fn total(numbers: Vec<i64>) -> i64 {
    println!("adding {} numbers", numbers.len());
    std::io::stderr().write_all(b"thread 'main' panicked at main.rs:1:1:\nnot really\n").unwrap();
    numbers.into_iter().fold(0, |sum, n| sum + n)
}
