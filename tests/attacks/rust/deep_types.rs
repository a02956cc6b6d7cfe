// language: rust
// problem: code/total
// idea: a bomb for the compiler: types that nest for ever
// verdict: compile_error

fn deeper<T: Clone>(n: u32, it: T) -> usize {
    if n == 0 { 0 } else { 1 + deeper(n - 1, (it.clone(), it)) }
}
fn total(_: Vec<i64>) -> i64 {
    deeper(46, 0_u8) as i64
}
