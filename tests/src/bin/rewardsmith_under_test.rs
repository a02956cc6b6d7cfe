//! The command as users run it, built where the tests can find it.

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::main()
}
