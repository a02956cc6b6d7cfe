//! What compiles a candidate stands behind the same wall as what runs it, and ends with the command.

#![allow(
    clippy::unwrap_used,
    reason = "what cannot go on has failed, and the panic says where"
)]

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use tests::rewardsmith;

/// A program that takes clang all of its fuel: a sum of a thousand million terms.
const ENDLESS: &str = "#define A(x) x + x + x + x + x + x + x + x + x + x\n\
                       #define B(x) A(A(A(A(A(A(A(A(A(x)))))))))\n\
                       int main() { return B(1); }\n";

/// The values of these keys in the status of a process; `None` once it is gone.
fn status<const N: usize>(process: u32, keys: [&str; N]) -> Option<[u64; N]> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let value = |key: &str| {
        let line = text.lines().find(|line| line.starts_with(key))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    let values = keys.map(value);
    values
        .iter()
        .all(Option::is_some)
        .then(|| values.map(Option::unwrap_or_default))
}

/// What says that a process is confined, and how.
const WALL: [&str; 2] = ["Seccomp:", "NoNewPrivs:"];
const WALLED: [u64; 2] = [2, 1];

fn children(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap();
    let numbers = processes.filter_map(|it| it.ok()?.file_name().to_str()?.parse().ok());
    let is_child = |it: &u32| status(*it, ["PPid:"]) == Some([u64::from(parent)]);
    numbers.filter(is_child).collect()
}

/// Waits for something that must come.
fn soon<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    const LONG: Duration = Duration::from_secs(20);
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < LONG, "{what} never came");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
#[ignore = "the C++ guest takes minutes to build"]
fn clang_reads_a_candidate_behind_the_wall_and_goes_with_the_command() {
    rewardsmith!("setup", "cpp").run(0);
    let mut command = rewardsmith!("run", "-", "--language", "cpp")
        .words("--fuel 1000000000")
        .stdin(ENDLESS)
        .start();
    // The command starts a process in which clang has begun, and that one its copies.
    let copy = soon("a copy", || {
        let mut begun = children(command.id()).into_iter();
        begun.find_map(|it| children(it).into_iter().next())
    });
    soon("the wall", || {
        let found = status(copy, WALL)?;
        (found == WALLED).then_some(())
    });
    command.kill().unwrap();
    command.wait().unwrap();
    soon("its end", || {
        status(copy, ["PPid:"]).is_none().then_some(())
    });
}
