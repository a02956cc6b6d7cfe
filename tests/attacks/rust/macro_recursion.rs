// language: rust
// problem: code/total
// idea: a bomb for the compiler: macros that double
// verdict: compile_error

#![recursion_limit = "1000000"]
macro_rules! double {
    ($($all:tt)*) => { double!($($all)* $($all)*) };
}
fn total(_: Vec<i64>) -> i64 {
    double!(1 + 1)
}
