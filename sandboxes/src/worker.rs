//! The worker's side: a process that judges what its pipe brings, one candidate after the other.
//!
//! Candidates are judged in processes and not in threads because the cost of a candidate is mostly
//! page faults and resets of its memory, and those contend inside one address space.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::thread;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::engine::{THREAD_STACK_BYTES, engine};
use crate::python::Python;
use crate::{Fault, Job, Language, Record};

/// What a worker answers for one job.
pub type Judged = Result<Record, Fault>;

/// The first frame a worker gets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    /// The guests it may need, with their compiled code.
    pub(crate) guests: Vec<(Language, PathBuf)>,
}

/// Judges the jobs that arrive on `input` until it ends, and writes what it found to `output`.
///
/// The hidden command that the pool starts calls this with its standard streams.
pub fn work(input: impl Read + Send, output: impl Write + Send) -> io::Result<()> {
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(THREAD_STACK_BYTES)
            .spawn_scoped(scope, || serve(input, output))?
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn serve(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    let Some(hello) = receive::<Hello>(&mut input)? else {
        return Ok(());
    };
    let mut sandbox = Sandbox::new(hello);
    while let Some(job) = receive::<Job>(&mut input)? {
        let judged: Judged = sandbox.judge(&job);
        send(&mut output, &judged)?;
    }
    Ok(())
}

/// The guests of one worker, each opened when it is first needed.
struct Sandbox {
    guests: Vec<(Language, PathBuf)>,
    python: Option<Python>,
}

impl Sandbox {
    fn new(hello: Hello) -> Self {
        Self {
            guests: hello.guests,
            python: None,
        }
    }

    fn judge(&mut self, job: &Job) -> Judged {
        match job.language {
            Language::Python => {
                if self.python.is_none() {
                    let compiled = self.guest(Language::Python)?;
                    let engine = engine()
                        .map_err(|error| Fault::new(format!("cannot start wasmtime: {error:#}")))?;
                    self.python = Some(Python::open(&engine, compiled)?);
                }
                self.python
                    .as_ref()
                    .expect("it was opened above")
                    .judge(job)
            }
        }
    }

    fn guest(&self, language: Language) -> Result<&PathBuf, Fault> {
        let found = self.guests.iter().find(|(known, _)| *known == language);
        found
            .map(|(_, path)| path)
            .ok_or_else(|| Fault::new(format!("the guest for {language} was not set up")))
    }
}

/// Writes one frame: its length, then its bytes.
pub(crate) fn send(output: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_stdvec(message).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len())
        .map_err(|_| io::Error::other("a message of 4 GiB or more cannot cross"))?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&bytes)?;
    output.flush()
}

/// Reads one frame; `None` where the stream ends between two.
pub(crate) fn receive<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    if let Err(error) = input.read_exact(&mut length) {
        let ended = error.kind() == io::ErrorKind::UnexpectedEof;
        return if ended { Ok(None) } else { Err(error) };
    }
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes)
        .map(Some)
        .map_err(io::Error::other)
}
