// language: rust
// problem: code/total
// idea: a bomb for the compiler: a constant of two gigabytes
// verdict: compile_error

static HUGE: [u8; 0x7fff_ffff] = [1; 0x7fff_ffff];
fn total(_: Vec<i64>) -> i64 {
    HUGE[46] as i64
}
