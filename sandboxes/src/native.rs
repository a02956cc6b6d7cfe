//! A bound on native work that a candidate's text causes.
//!
//! Guests burn fuel. What is done to a text before a guest runs it, such as taking the types out of
//! TypeScript or making machine code of WebAssembly, is native code of libraries that promise no bound. A thread beside the one
//! that judges looks at the processor time that the process uses meanwhile. Where that is too much, it
//! gives the answer that was agreed on before, and ends the process; the pool starts another worker.
//! So here the machine decides, and not fuel; the bound is far from what honest texts take.

use std::sync::{Arc, Barrier, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use std::{io, process, thread};

use rustix::time::{ClockId, clock_gettime};

use crate::Record;
use crate::worker::{Judged, send};

/// How often the watcher looks.
const PAUSE: Duration = Duration::from_millis(50);

static WATCH: OnceLock<Watch> = OnceLock::new();

#[derive(Default)]
struct Watch {
    /// There while native work is done.
    agreed: Mutex<Option<Agreed>>,
    began: Condvar,
}

struct Agreed {
    /// The processor time of the process at which the work has taken too long.
    until: Duration,
    answer: Record,
}

/// Starts the thread that watches. Before the wall is shut: behind it there are no new threads.
pub(crate) fn watch() -> io::Result<()> {
    // The first look at the clock also finds out how to look, which takes a call that the wall refuses.
    processor_time();
    let watch = WATCH.get_or_init(Watch::default);
    let both = Arc::new(Barrier::new(2));
    let begun = both.clone();
    thread::Builder::new().spawn(move || {
        begun.wait();
        watch.go();
    })?;
    // What a thread does before its first line is refused behind the wall, too.
    both.wait();
    Ok(())
}

/// Does native work on a candidate's text. `answer` is what is found of the candidate where that takes
/// more processor time than this. A process that nobody watches has no bound.
pub(crate) fn bounded<T>(
    most: Duration,
    answer: impl FnOnce() -> Record,
    work: impl FnOnce() -> T,
) -> T {
    let Some(watch) = WATCH.get() else {
        return work();
    };
    *watch.agreed() = Some(Agreed {
        until: processor_time() + most,
        answer: answer(),
    });
    watch.began.notify_one();
    let done = work();
    *watch.agreed() = None;
    done
}

impl Watch {
    fn agreed(&self) -> MutexGuard<'_, Option<Agreed>> {
        self.agreed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn go(&self) {
        let mut agreed = self.agreed();
        loop {
            agreed = match &*agreed {
                Some(too_long) if processor_time() >= too_long.until => {
                    // Whether it could be written makes no difference to what has to end.
                    let judged: Judged = Ok(too_long.answer.clone());
                    let _ = send(&mut io::stdout(), &judged);
                    process::exit(0);
                }
                Some(_) => {
                    let waited = self.began.wait_timeout(agreed, PAUSE);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let waited = self.began.wait(agreed);
                    waited.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
    }
}

/// What this process has used so far.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}
