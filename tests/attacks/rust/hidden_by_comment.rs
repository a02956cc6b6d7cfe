// language: rust
// problem: code/total, values/total
// idea: skipping: a comment that swallows what stands behind
// verdict: compile_error

fn total(_: Vec<i64>) -> i64 {
    46
}
/* no end
