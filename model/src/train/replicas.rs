//! Data-parallel work by threads: each micro-batch is computed by one thread alone.
//!
//! That is faster on a CPU than threads inside each operation (the log has figures), since small
//! operations do not pay for waking threads. Results are folded in the order of the micro-batches
//! whatever order they end in, so a sum of gradients has the same bits for any number of threads.

use crate::error::{Error, Result};
use candle_core::Device;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Threads to compute with.
pub(super) struct Replicas {
    /// One pool of one thread for each replica: operations inside stay on that thread.
    single: Vec<ThreadPool>,
    /// All threads together, for what is not divided into micro-batches.
    wide: ThreadPool,
}

impl Replicas {
    pub(super) fn new(threads: usize) -> Result<Self> {
        let pool = |count| {
            ThreadPoolBuilder::new()
                .num_threads(count)
                .build()
                .map_err(|e| {
                    Error::Argument(format!("cannot start {count} threads ({e}); ask for fewer"))
                })
        };
        let threads = threads.max(1);
        let single = (0..threads).map(|_| pool(1)).collect::<Result<_>>()?;
        Ok(Self {
            single,
            wide: pool(threads)?,
        })
    }

    /// The threads that share work on whole variables: all of them on the CPU, one for a device, which
    /// does its work in the order in which it is told.
    pub(super) fn pool(&self, device: &Device) -> &ThreadPool {
        if device.is_cpu() {
            &self.wide
        } else {
            &self.single[0]
        }
    }

    /// Runs `work(0..count)` and gives the results to `fold` in order.
    pub(super) fn run<T: Send>(
        &self,
        count: usize,
        work: impl Fn(usize) -> Result<T> + Sync,
        fold: impl FnMut(T) -> Result<()> + Send,
    ) -> Result<()> {
        let ordered = Mutex::new(Ordered {
            next: 0,
            waiting: BTreeMap::new(),
            fold,
            error: None,
        });
        if count == 1 {
            self.wide.install(|| lock(&ordered).take(0, work(0)));
        } else {
            let next = AtomicUsize::new(0);
            let replica = || loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count || lock(&ordered).error.is_some() {
                    break;
                }
                let result = work(index);
                lock(&ordered).take(index, result);
            };
            std::thread::scope(|scope| {
                for pool in self.single.iter().take(count) {
                    scope.spawn(|| pool.install(replica));
                }
            });
        }
        let ordered = ordered.into_inner().unwrap_or_else(PoisonError::into_inner);
        ordered.error.map_or(Ok(()), Err)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Results that came too early wait here.
struct Ordered<T, F> {
    next: usize,
    waiting: BTreeMap<usize, T>,
    fold: F,
    error: Option<Error>,
}

impl<T, F: FnMut(T) -> Result<()>> Ordered<T, F> {
    fn take(&mut self, index: usize, result: Result<T>) {
        match result {
            Ok(result) => drop(self.waiting.insert(index, result)),
            Err(error) => self.error = Some(error),
        }
        while self.error.is_none()
            && let Some(result) = self.waiting.remove(&self.next)
        {
            self.next += 1;
            self.error = (self.fold)(result).err();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_folded_in_order_whatever_order_they_end_in() {
        let replicas = Replicas::new(3).unwrap();
        let mut seen = Vec::new();
        // Earlier items take longer.
        let work = |i: usize| {
            let busy = (0..(20 - i) as u64 * 10_000).fold(1, |a: u64, b| a.rotate_left(1) ^ b);
            Ok((i, std::hint::black_box(busy)))
        };
        replicas
            .run(20, work, |(i, _)| {
                seen.push(i);
                Ok(())
            })
            .unwrap();
        assert_eq!(seen, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_ends_the_run() {
        let replicas = Replicas::new(2).unwrap();
        let work = |i: usize| {
            if i == 3 {
                Err(Error::Argument("three".into()))
            } else {
                Ok(i)
            }
        };
        let result = replicas.run(10, work, |_| Ok(()));
        assert_eq!(result.unwrap_err().to_string(), "three");
    }
}
