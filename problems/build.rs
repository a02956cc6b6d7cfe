//! Tells cargo that the built-in suites are part of the source: without it, a file added to `suites/`
//! would not reach a binary that is already built.

fn main() {
    println!("cargo::rerun-if-changed=suites");
}
