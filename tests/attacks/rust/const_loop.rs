// language: rust
// problem: code/total
// idea: a bomb for the compiler: a constant that is never done
// verdict: compile_error

const fn forever() -> i64 {
    let mut n = 0_u64;
    loop {
        n = n.wrapping_add(1);
        if n == u64::MAX {
            return 46;
        }
    }
}
const FOREVER: i64 = forever();
fn total(_: Vec<i64>) -> i64 {
    FOREVER
}
