//! Joins problems, sandboxes and model into the `rewardsmith` command.
