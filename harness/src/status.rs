//! The exit codes of the command.

/// How the command ended. Scripts may rely on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// It did what it was asked.
    Done = 0,
    /// It did, and the answer is no: `check` found a reference that fails or a wrong solution that
    /// passes.
    Negative = 1,
    /// The input or the command line is wrong; nothing was judged or written.
    BadInput = 2,
    /// The guests could not be set up, or a file could not be written.
    CannotRun = 3,
    /// It is done, but some candidates could not be judged through no fault of theirs.
    NotJudged = 4,
    /// It was interrupted; the same command goes on where it stopped.
    Interrupted = 130,
}

impl Status {
    /// Every status with what it means, for the help text.
    pub(crate) const HELP: &'static str = "\
Exit codes:
  0    done
  1    done, and the answer is no (`check` found a reference that fails, or a wrong solution that passes)
  2    the input or the command line is wrong; nothing was judged or written
  3    the guests could not be set up, or a file could not be read or written
  4    done, but some candidates could not be judged, through no fault of theirs
  130  interrupted; the same command goes on where it stopped";
}
