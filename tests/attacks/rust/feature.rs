// language: rust
// problem: code/total, values/total
// idea: the compiler: a feature that is not stable
// verdict: compile_error

#![feature(asm_experimental_arch)]
fn total(numbers: Vec<i64>) -> i64 {
    numbers.iter().sum()
}
