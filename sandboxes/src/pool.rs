//! The pool of workers: jobs go in, what was found comes out in the order in which it ends.
//!
//! Each worker is a process with a thread of ours beside it. A worker that dies or hangs costs its
//! candidate one more attempt; a second time the candidate is not judged, and the cause is kept.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{self, BufWriter, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use crate::toolchain::{self, Workshop};
use crate::worker::{Hello, Judged, Ready, process, receive, send};
use crate::{Fault, Guest, Job, Language};

/// How many jobs a worker has before it: one that it judges, and the next, so that it never waits
/// for the pipe.
const IN_FLIGHT: usize = 2;

/// How many jobs wait for each worker besides, so that its keeper never waits for who makes them.
const WAITING: usize = 4;

/// How often a candidate is tried again after the worker died under it.
const RETRIES: u32 = 1;

/// Jobs that no worker has yet.
type Queue = Arc<Mutex<Receiver<(u64, Job)>>>;

/// Workers that judge.
pub struct Pool {
    jobs: Option<SyncSender<(u64, Job)>>,
    queue: Queue,
    judged: Receiver<(u64, Judged)>,
    threads: Vec<JoinHandle<()>>,
}

/// How to start a pool.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// How many workers.
    pub workers: usize,
    /// The command that calls [`work`](crate::work) with its standard streams.
    pub command: Vec<OsString>,
    /// The guests that its jobs may need.
    pub guests: Vec<Guest>,
}

impl Pool {
    /// Starts the workers.
    pub fn start(config: &PoolConfig) -> Pool {
        let workers = config.workers.max(1);
        let (jobs, queue) = mpsc::sync_channel(workers * WAITING);
        let queue = Arc::new(Mutex::new(queue));
        let (results, judged) = channel();
        let start = Arc::new(Start::new(config));
        let threads = (0..workers)
            .map(|_| {
                let (queue, results, start) = (queue.clone(), results.clone(), start.clone());
                let keeper = Keeper {
                    queue,
                    results,
                    start,
                };
                thread::spawn(move || keeper.keep())
            })
            .collect();
        Pool {
            jobs: Some(jobs),
            queue,
            judged,
            threads,
        }
    }

    /// Judges all jobs and hands over what was found as each ends. `done` says whether to go on:
    /// once it says no, no further job is taken, and those under way are still handed over.
    pub fn judge(
        &mut self,
        jobs: impl IntoIterator<Item = (u64, Job)>,
        mut done: impl FnMut(u64, Judged) -> Go,
    ) {
        let mut jobs = jobs.into_iter();
        let mut waiting = jobs.next();
        let mut under_way = 0;
        while waiting.is_some() || under_way > 0 {
            if let Some(job) = waiting.take() {
                let queue = self
                    .jobs
                    .as_ref()
                    .expect("only dropping the pool closes it");
                match queue.try_send(job) {
                    Ok(()) => {
                        under_way += 1;
                        waiting = jobs.next();
                        continue;
                    }
                    Err(mpsc::TrySendError::Full(job)) => waiting = Some(job),
                    Err(mpsc::TrySendError::Disconnected(_)) => {
                        unreachable!("the keepers live as long as the pool")
                    }
                }
            }
            let (ticket, judged) = self
                .judged
                .recv()
                .expect("the keepers live as long as the pool");
            under_way -= 1;
            if done(ticket, judged) == Go::Stop {
                waiting = None;
                jobs.by_ref().for_each(drop);
                // A keeper that holds the queue waits for a job, so there is none, or is taking one; then
                // this is done at the next result.
                if let Ok(queue) = self.queue.try_lock() {
                    under_way -= queue.try_iter().count();
                }
            }
        }
    }
}

/// Whether to take another job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Go on.
    On,
    /// Take no more.
    Stop,
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // A keeper that panicked has nothing more to tell here.
            let _ = thread.join();
        }
    }
}

/// What all keepers start their workers with.
struct Start {
    command: Vec<OsString>,
    guests: Vec<(Language, PathBuf)>,
    workshops: Vec<(Language, Box<dyn Workshop>)>,
}

impl Start {
    fn new(config: &PoolConfig) -> Self {
        let workshops = config.guests.iter().filter_map(|guest| {
            let toolchain = toolchain::of(guest.language);
            let workshop = toolchain.workshop(&guest.compiled, &config.command);
            Some((guest.language, workshop?))
        });
        let guests = config.guests.iter();
        Self {
            command: config.command.clone(),
            guests: guests.map(|g| (g.language, g.compiled.clone())).collect(),
            workshops: workshops.collect(),
        }
    }

    /// What a job needs besides the worker.
    fn prepare(&self, job: &Job) -> Result<Vec<u8>, Fault> {
        let mut workshops = self.workshops.iter();
        let workshop = workshops.find(|(it, _)| *it == job.language);
        workshop.map_or(Ok(Vec::new()), |(_, workshop)| workshop.prepare(job))
    }
}

/// How long a worker that is inspected may take to start. It takes milliseconds.
const START_MAX: Duration = Duration::from_mins(1);

/// Starts one worker as a pool would, and returns what it found before its first job.
pub fn inspect(config: &PoolConfig) -> Result<Ready, Fault> {
    let mut worker = Worker::start(&Start::new(config))
        .map_err(|error| Fault::new(format!("cannot start a worker process: {error}")))?;
    let ready = worker.ready.recv_timeout(START_MAX);
    ready.map_err(|_| Fault::new(worker.post_mortem(&"it did not say that it is ready")))
}

/// One worker's keeper: feeds it, watches it and replaces it.
struct Keeper {
    queue: Queue,
    results: Sender<(u64, Judged)>,
    start: Arc<Start>,
}

/// A job on its way through a worker.
struct Attempt {
    ticket: u64,
    /// With what was prepared for it.
    job: (Job, Vec<u8>),
    retries: u32,
}

impl Keeper {
    fn keep(self) {
        // It gets ready while the first job is being made. If it cannot be started, that job hears why.
        let mut worker = Worker::start(&self.start).ok();
        // In the order in which the worker got them; those before `sent` it has.
        let mut attempts: VecDeque<Attempt> = VecDeque::new();
        let mut sent = 0;
        loop {
            let mut is_closed = false;
            while attempts.len() < IN_FLIGHT {
                let idle = attempts.is_empty();
                let Some((ticket, job)) = self.next(idle) else {
                    is_closed = idle;
                    break;
                };
                match self.start.prepare(&job) {
                    Ok(prepared) => attempts.push_back(Attempt {
                        ticket,
                        job: (job, prepared),
                        retries: 0,
                    }),
                    Err(fault) => drop(self.results.send((ticket, Err(fault)))),
                }
            }
            if attempts.is_empty() {
                if is_closed {
                    return;
                }
                continue;
            }
            let judged = match self.step(&mut worker, &attempts, &mut sent) {
                Ok(judged) => judged,
                Err(cause) => {
                    worker = None;
                    sent = 0;
                    let first = attempts.front_mut().expect("an attempt was under way");
                    if first.retries < RETRIES {
                        first.retries += 1;
                        continue;
                    }
                    Err(Fault::new(cause))
                }
            };
            sent = sent.saturating_sub(1);
            let attempt = attempts.pop_front().expect("an attempt was under way");
            // Nobody listens any more when the pool is being dropped.
            let _ = self.results.send((attempt.ticket, judged));
        }
    }

    /// The next job: waited for when the worker has nothing to do, else only if one is there.
    fn next(&self, idle: bool) -> Option<(u64, Job)> {
        if idle {
            let queue = self
                .queue
                .lock()
                .expect("no keeper panics while it holds this lock");
            return queue.recv().ok();
        }
        // An idle keeper that waits in `recv` holds the lock: then no job is to spare.
        let queue = self.queue.try_lock().ok()?;
        queue.try_recv().ok()
    }

    /// Sends what the worker has not got yet, and waits for its next answer. `Err` is the cause of
    /// the worker's end.
    fn step(
        &self,
        worker: &mut Option<Worker>,
        attempts: &VecDeque<Attempt>,
        sent: &mut usize,
    ) -> Result<Judged, String> {
        if worker.is_none() {
            let started = Worker::start(&self.start)
                .map_err(|error| format!("cannot start a worker process: {error}"))?;
            *worker = Some(started);
        }
        let worker = worker.as_mut().expect("it was started above");
        for attempt in attempts.iter().skip(*sent) {
            if let Err(error) = send(&mut worker.input, &attempt.job) {
                return Err(worker.post_mortem(&error));
            }
            *sent += 1;
        }
        let wall = attempts
            .front()
            .expect("an attempt is under way")
            .job
            .0
            .limits
            .wall;
        worker.answer(wall)
    }
}

/// A worker process and the thread that reads what it writes.
struct Worker {
    child: Child,
    input: BufWriter<ChildStdin>,
    ready: Receiver<Ready>,
    answers: Receiver<io::Result<Judged>>,
}

impl Worker {
    fn start(start: &Start) -> io::Result<Self> {
        let mut child = process(&start.command)?
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut input = BufWriter::new(child.stdin.take().expect("it was asked for"));
        let mut output = child.stdout.take().expect("it was asked for");
        let (answered, answers) = channel();
        let (told, ready) = channel();
        thread::spawn(move || {
            match next_frame(&mut output) {
                // Only who inspects a worker waits for this.
                Ok(frame) => drop(told.send(frame)),
                Err(error) => return drop(answered.send(Err(error))),
            }
            drop(told);
            loop {
                let answer = next_frame(&mut output);
                let ended = answer.is_err();
                if answered.send(answer).is_err() || ended {
                    return;
                }
            }
        });
        let guests = start.guests.clone();
        send(&mut input, &Hello::Judge { guests })?;
        Ok(Self {
            child,
            input,
            ready,
            answers,
        })
    }

    fn answer(&mut self, wall: Duration) -> Result<Judged, String> {
        match self.answers.recv_timeout(wall) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.post_mortem(&error)),
            Err(RecvTimeoutError::Timeout) => Err(format!(
                "the wall-clock backstop of {} s was reached",
                wall.as_secs()
            )),
            Err(RecvTimeoutError::Disconnected) => Err(self.post_mortem(&"its pipe was closed")),
        }
    }

    /// How the worker ended, in a few words.
    fn post_mortem(&mut self, error: &dyn std::fmt::Display) -> String {
        // Its pipes are closed, so it is gone or about to go.
        let deadline = Instant::now() + Duration::from_secs(1);
        while Instant::now() < deadline {
            if let Ok(Some(status)) = self.child.try_wait() {
                return format!("the worker process died ({status})");
            }
            thread::sleep(Duration::from_millis(5));
        }
        format!("the worker process failed: {error}")
    }
}

fn next_frame<T: DeserializeOwned>(output: &mut impl Read) -> io::Result<T> {
    receive(output)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It holds nothing worth keeping: killing is the quickest way to end it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
