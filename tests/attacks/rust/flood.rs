// language: rust
// problem: code/total, values/total
// idea: flooding: standard output
// verdict: output_limit

fn total(_: Vec<i64>) -> i64 {
    loop {
        println!("{}", "x".repeat(1000));
    }
}
