//! The `rewardsmith` command.
fn main() {}
