//! The exit codes of the command.

/// How the command ended. Scripts may rely on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// It did what it was asked.
    Done = 0,
    /// It did, and the answer is no: `check` found a reference that fails or a wrong solution that
    /// passes, `replay` a record that comes out otherwise though nothing it depends on has changed.
    Negative = 1,
    /// The input or the command line is wrong; nothing was judged or written.
    BadInput = 2,
    /// The guests could not be set up, or a file could not be written.
    CannotRun = 3,
    /// It is done, but some candidates could not be judged through no fault of theirs.
    NotJudged = 4,
    /// The self-test failed: a canary passed, or an honest program did not. Nothing was scored.
    Untrusted = 5,
    /// `replay` met records that depend on something that is not what it was.
    Changed = 6,
    /// It was interrupted; the same command goes on where it stopped.
    Interrupted = 130,
}

impl Status {
    /// Every status with what it means, for the help text.
    pub(crate) const HELP: &'static str = "\
Exit codes:
  0    done
  1    done, and the answer is no (`check` found a reference that fails, or a wrong solution that passes;
       `replay` found a record that comes out otherwise, though nothing it depends on has changed)
  2    the input or the command line is wrong; nothing was judged or written
  3    the guests could not be set up, or a file could not be read or written
  4    done, but some candidates could not be judged, through no fault of theirs
  5    the self-test failed (a program that must not pass does, or an honest one does not); nothing was
       scored
  6    `replay` met records that depend on something that is not what it was
  130  interrupted; the same command goes on where it stopped";
}
