//! Running the command and reading what it said.

use std::ffi::OsStr;
use std::fmt::Debug;
use std::fs;
use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{self, Child, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Folder;

/// The command with its arguments, before it runs.
#[derive(Debug)]
pub struct Command {
    command: process::Command,
    stdin: Vec<u8>,
}

impl Command {
    /// The program at this path.
    pub fn new(program: &str) -> Self {
        Self {
            command: process::Command::new(program),
            stdin: Vec::new(),
        }
    }

    /// One more argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// The words of a text as arguments.
    #[must_use]
    pub fn words(mut self, words: &str) -> Self {
        self.command.args(words.split_whitespace());
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs in this folder, so that paths in messages are the short ones that were given.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// What it reads on its standard input.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// The same command as a line of a shell, after `setup` in that shell.
    #[must_use]
    pub fn after_shell(self, setup: &str) -> Self {
        let mut shell = process::Command::new("bash");
        shell
            .arg("-c")
            .arg(format!("{setup}; exec \"$@\""))
            .arg("bash");
        shell
            .arg(self.command.get_program())
            .args(self.command.get_args());
        if let Some(folder) = self.command.get_current_dir() {
            shell.current_dir(folder);
        }
        for (name, value) in self.command.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        Self {
            command: shell,
            stdin: self.stdin,
        }
    }

    /// Starts it and leaves it running.
    pub fn start(mut self) -> Child {
        let piped = self.command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let mut input = child.stdin.take().expect("it was asked for");
        // Beside it, since the command may print before it has read everything.
        thread::spawn(move || input.write_all(&self.stdin));
        child
    }

    /// Runs it in `folder`, where it must refuse: this exit code, nothing on standard output, one line of
    /// standard error that holds each of `says`, and no file written.
    pub fn refused(self, folder: &Folder, code: i32, says: &[&str]) {
        let before = folder.files();
        let said = self.within(folder.path()).run(code);
        assert_eq!(said.stdout, "", "{said:#?}");
        assert_eq!(said.stderr.lines().count(), 1, "{said:#?}");
        for words in says {
            assert!(
                said.stderr.contains(words),
                "`{words}` is missing: {said:#?}"
            );
        }
        assert_eq!(folder.files(), before, "something was written");
    }

    /// Starts it in `folder` and kills it once it has written so many lines of a file there, which must
    /// be before its end.
    pub fn killed_after(self, folder: &Folder, file: &str, lines: usize) {
        const LONG: Duration = Duration::from_mins(4);
        let path = folder.path().join(file);
        let written = || {
            let text = fs::read(&path).unwrap_or_default();
            text.split(|byte| *byte == b'\n').count() - 1
        };
        let mut child = self.within(folder.path()).start();
        let begun = Instant::now();
        while written() < lines {
            assert!(
                begun.elapsed() < LONG,
                "line {lines} of `{file}` never came"
            );
            thread::yield_now();
        }
        child.kill().expect("it is a child of ours");
        let status = child.wait().expect("it was started");
        assert_eq!(
            status.signal(),
            Some(9),
            "it had ended before it was killed"
        );
    }

    /// Runs it to its end, which must be with this exit code.
    pub fn run(self, code: i32) -> Said {
        let said = Said::by(self.start());
        assert_eq!(said.code, Some(code), "{said:#?}");
        said
    }
}

/// How the command ended and what it said.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Said {
    /// Waits for the end of a started command.
    pub fn by(child: Child) -> Self {
        let output = child.wait_with_output().expect("its pipes can be read");
        let Output {
            status,
            stdout,
            stderr,
        } = output;
        let text = |bytes| String::from_utf8(bytes).expect("the command prints UTF-8");
        Self {
            code: status.code(),
            stdout: text(stdout),
            stderr: text(stderr),
        }
    }

    /// Whether `setup` could set a language up. What it may lack is the one thing that its only line
    /// says how to get.
    ///
    /// # Panics
    /// Where it failed otherwise.
    pub fn is_set_up(&self, remedy: &str) -> bool {
        if self.code == Some(0) {
            return true;
        }
        assert!(self.stderr.contains(remedy), "{self:#?}");
        // Not by `eprintln!`, which a test that passes swallows.
        let _ = writeln!(io::stderr(), "skipped: {}", self.stderr.trim_end());
        false
    }

    /// The lines of its standard output, each of which must be JSON.
    pub fn json_lines(&self) -> Vec<Value> {
        json_lines(&self.stdout)
    }

    /// Its last line, as JSON.
    pub fn summary(&self) -> Value {
        self.json_lines().pop().expect("it printed a line")
    }
}

/// The lines of a text as JSON.
pub(crate) fn json_lines(text: &str) -> Vec<Value> {
    let parse = |line: &str| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in the line `{line}`"))
    };
    text.lines().map(parse).collect()
}
