//! The `rewardsmith` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::main()
}
