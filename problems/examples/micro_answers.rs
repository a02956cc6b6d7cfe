//! Prints micro problems with the evaluator's answers, a JSON object a line, for
//! `src/micro/check_against_python.py` to compare with what Python answers.
//!
//! `cargo run --release -p problems --example micro_answers -- 3000 1 > /tmp/micro.jsonl`

use std::env;
use std::io::{self, BufWriter, Write};

use problems::micro::{self, Split};
use serde_json::json;

fn main() -> io::Result<()> {
    let mut args = env::args()
        .skip(1)
        .map(|arg| arg.parse().expect("a whole number"));
    let (n, seed) = (args.next().unwrap_or(1000), args.next().unwrap_or(1));
    let n = usize::try_from(n).expect("a number of problems");
    let mut out = BufWriter::new(io::stdout().lock());
    for split in [Split::Train, Split::Valid, Split::Test] {
        for problem in micro::problems(split, n, seed) {
            let answers = problem.evaluated();
            let bodies: Vec<&str> = [problem.reference.as_str()]
                .into_iter()
                .chain(problem.wrong.iter().map(|wrong| wrong.body.as_str()))
                .collect();
            let all: Vec<_> = [&answers.reference]
                .into_iter()
                .chain(&answers.wrong)
                .collect();
            let row = json!({
                "id": problem.id.as_str(),
                "prompt": problem.prompt,
                "bodies": bodies,
                "cases": problem.cases,
                "answers": all,
            });
            writeln!(out, "{row}")?;
        }
    }
    out.flush()
}
