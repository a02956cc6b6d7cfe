//! The compiled test code of the problems that a worker has met, so that a problem's tests are
//! compiled once and not once a candidate.
//!
//! Code is always compiled in an instance of its own, whether it was met before or not: what a
//! judge's instance does then never depends on which candidates came before.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::interpreter::Interpreter;
use crate::interpreted::Instance;
use crate::{Exit, Fault};

/// The code of one problem; the error is why it does not compile.
pub(super) type Compiled = Arc<Result<Code, Exit>>;

/// Marshalled code objects.
pub(super) struct Code {
    pub(super) trusted: Vec<u8>,
    pub(super) cases: Vec<Vec<u8>>,
}

/// How many problems' code is kept. Beyond it everything is forgotten, which costs one compilation
/// a problem.
const KEPT: usize = 2_000;

/// What was compiled so far.
#[derive(Default)]
pub(super) struct Codes {
    known: HashMap<[u8; 32], Compiled>,
}

impl Codes {
    /// The code of a problem, compiled in the instance that `start` makes if it was not met before,
    /// and that `retire` takes back.
    pub(super) fn of(
        &mut self,
        trusted: &str,
        cases: &[String],
        start: impl FnOnce() -> Result<Interpreter, Fault>,
        retire: impl FnOnce(Interpreter),
    ) -> Result<Compiled, Fault> {
        let mut hasher = Sha256::new();
        for source in [trusted]
            .into_iter()
            .chain(cases.iter().map(String::as_str))
        {
            hasher.update((source.len() as u64).to_le_bytes());
            hasher.update(source);
        }
        let key = hasher.finalize().into();
        if let Some(known) = self.known.get(&key) {
            return Ok(Arc::clone(known));
        }
        let mut interpreter = start()?;
        let mut compile = |source: &str| {
            interpreter.refuel();
            interpreter.compile(source)
        };
        let code = compile(trusted).and_then(|trusted| {
            let cases = cases
                .iter()
                .map(|case| compile(case))
                .collect::<Result<_, Exit>>()?;
            Ok(Code { trusted, cases })
        });
        retire(interpreter);
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        Ok(Arc::clone(self.known.entry(key).or_insert(Arc::new(code))))
    }
}
