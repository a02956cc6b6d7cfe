//! What a panic said: the standard library prints it, and then the program traps.

use crate::Exit;

/// The longest text of a panic that is kept.
const MESSAGE_CHARS: usize = 500;

/// The panic that a standard error ends with. A candidate can print such words itself; they decide
/// nothing.
pub(super) fn exit(printed: &str) -> Option<Exit> {
    const MARK: &str = "panicked at ";
    let rest = &printed[printed.rfind(MARK)? + MARK.len()..];
    let rest = rest.split("\nnote: run with `RUST_BACKTRACE").next()?;
    let (message, place) = if let Some(quoted) = rest.strip_prefix('\'') {
        // So did older compilers: 'message', file:line:column
        quoted.rsplit_once("', ")?
    } else {
        let (place, message) = rest.split_once(":\n").unwrap_or((rest, ""));
        (message, place)
    };
    // A place in the library is none of the candidate's.
    let place = place.trim().strip_prefix("main.rs:").unwrap_or_default();
    let line = place.split(':').next().unwrap_or_default();
    Some(Exit::Raised {
        kind: "panic".to_owned(),
        message: message.trim().chars().take(MESSAGE_CHARS).collect(),
        line: line.parse().unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_read_as_old_and_new_compilers_print_it() {
        let raised = |message: &str| {
            Some(Exit::Raised {
                kind: "panic".to_owned(),
                message: message.to_owned(),
                line: 4,
            })
        };
        let new = "x\n\nthread 'main' (1) panicked at main.rs:4:9:\nno: 'a', b\nnote: run with \
                   `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        let old = "thread 'main' panicked at 'no: 'a', b', main.rs:4:9\nnote: run with \
                   `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        assert_eq!(exit(new), raised("no: 'a', b"));
        assert_eq!(exit(old), raised("no: 'a', b"));
        assert_eq!(exit("thread 'main' gave up"), None);
        let elsewhere = exit("panicked at library/std/src/thread.rs:4:9:\nno: 'a', b\n");
        assert!(matches!(elsewhere, Some(Exit::Raised { line: 0, .. })));
    }
}
