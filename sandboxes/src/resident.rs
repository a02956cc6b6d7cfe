//! Putting a guest's memory back to where it started, in place.
//!
//! A fresh instance costs its set-up (some ten thousand function references), and then a page fault
//! for every page that it touches. Most candidates leave the interpreter whole: then it is enough
//! to copy back the pages that were written, a few hundred, which stay mapped. The kernel says
//! which they are (`PAGEMAP_SCAN`, Linux 6.7); without it every candidate gets a fresh instance.
//!
//! There are two ways of telling. Of any memory the kernel knows which pages are no longer those of
//! the image that it was mapped from, but it looks up each page for that. A memory can also be
//! watched ([`Watch`]): its pages are closed to writing, the kernel opens each at the first write
//! (asynchronous write protection by `userfaultfd`), and one bit tells the open ones. A page stays
//! open after it was put back, so that the next candidate does not pay again for the pages that
//! every candidate writes, until too many are open.
//!
//! What makes this sound: the guest's state is its linear memory, its globals and tables, and the
//! host's side of it. The memory is copied back whole, as far as it was ever written. The globals
//! of the guests' modules are addresses, fixed at instantiation, and a stack pointer, which is back
//! where it was after a call that returned. Nothing in the guests changes a table. The host's side
//! is made anew. An instance that trapped, exited or grew its memory is not reused at all. A test
//! holds records of reused instances against those of fresh ones.

#![allow(
    unsafe_code,
    reason = "the pages of a memory that no guest is using are read and written by address"
)]

mod requests;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::process;
use std::ptr;
use std::sync::Arc;

use self::requests::{Region, Scan};

pub(crate) use self::requests::REQUESTS;

/// How often an instance is used before it is dropped: a bound on what the host's side of it may
/// accumulate.
pub(crate) const USES_MAX: u32 = 1_000;

/// More than this is not worth copying back: the instance is dropped instead.
const BYTES_MAX: usize = 16 << 20;

/// When more than this is open, a watched memory is closed again: every open page is copied back for
/// every candidate, also for one that did not write to it.
const OPEN_MAX: usize = 768 << 10;

/// As many runs of written pages are told apart; a memory with more is dropped.
const REGIONS_MAX: usize = 4096;

/// The kernel's view of this process, opened before anything is walled off.
pub(crate) struct Kernel {
    pagemap: File,
    maps: File,
    /// What memories are watched by, where the kernel can.
    faults: Option<Arc<OwnedFd>>,
    /// The memories that were found so far. The pool has few places, and never moves them.
    memories: Vec<Range<usize>>,
    /// Where the kernel writes what it found.
    regions: RefCell<Box<[Region]>>,
}

impl Kernel {
    /// `None` where the kernel cannot scan.
    pub(crate) fn open() -> Option<Self> {
        let kernel = Self {
            pagemap: File::open("/proc/self/pagemap").ok()?,
            maps: File::open("/proc/self/maps").ok()?,
            faults: requests::userfaultfd().map(Arc::new),
            memories: Vec::new(),
            regions: RefCell::new(vec![Region::default(); REGIONS_MAX].into()),
        };
        let scans = Scan::private(0..0, &mut kernel.regions.borrow_mut()).run(&kernel.pagemap);
        scans.map(|_| kernel)
    }

    /// The descriptor that is read again for each new memory.
    pub(crate) fn mappings(&self) -> RawFd {
        self.maps.as_raw_fd()
    }

    /// The whole of the linear memory that holds `address`, `bytes` long. The pool leaves inaccessible
    /// pages between memories, so it is the run of writable mappings around the address.
    pub(crate) fn memory_around(&mut self, address: usize, bytes: u64) -> Option<Range<usize>> {
        let is_it = |range: &&Range<usize>| range.contains(&address) && range.len() as u64 == bytes;
        if let Some(known) = self.memories.iter().find(is_it) {
            return Some(known.clone());
        }
        let found = self.mapped_around(address)?;
        is_it(&&found).then(|| self.memories.push(found.clone()))?;
        Some(found)
    }

    fn mapped_around(&mut self, address: usize) -> Option<Range<usize>> {
        let mut text = String::new();
        self.maps.seek(SeekFrom::Start(0)).ok()?;
        // By way of `take`: a file read as such is asked for its size first, and the wall around a
        // worker lets nothing be asked of files.
        let mut maps = (&self.maps).take(u64::MAX);
        maps.read_to_string(&mut text).ok()?;
        let mut run = 0..0;
        for line in text.lines() {
            let (range, rest) = line.split_once(' ')?;
            let (start, end) = range.split_once('-')?;
            let start = usize::from_str_radix(start, 16).ok()?;
            let end = usize::from_str_radix(end, 16).ok()?;
            let writable = rest.starts_with("rw-p");
            if writable && start == run.end {
                run.end = end;
            } else if run.contains(&address) {
                break;
            } else if writable {
                run = start..end;
            }
        }
        run.contains(&address).then_some(run)
    }

    /// Watches a memory; `None` where the kernel cannot.
    ///
    /// # Safety
    /// The range must be a memory, which has to stay mapped until the watch is dropped.
    pub(crate) unsafe fn watch(&self, range: &Range<usize>) -> Option<Watch> {
        let faults = Arc::clone(self.faults.as_ref()?);
        // SAFETY: the caller's promise.
        unsafe { requests::register(&faults, range)? };
        let watch = Watch {
            faults,
            range: range.clone(),
        };
        watch.close(self).then_some(watch)
    }
}

/// A memory whose pages tell whether they were written to. It must be dropped before the instance:
/// wasmtime resets memories by the same scan, and would take our closed pages for clean ones.
pub(crate) struct Watch {
    faults: Arc<OwnedFd>,
    range: Range<usize>,
}

impl Watch {
    /// Closes all pages to writing.
    fn close(&self, kernel: &Kernel) -> bool {
        Scan::closing(self.range.clone())
            .run(&kernel.pagemap)
            .is_some()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // SAFETY: the memory is still mapped, as whoever began to watch it promised; opening its pages
        // changes nothing in them.
        if unsafe { requests::unregister(&self.faults, &self.range) }.is_none() {
            // The next instance in this place would start from another one's memory.
            process::abort();
        }
    }
}

/// The memory of an instance that stays as it was made, for the sake of which the instance is kept: its
/// pages are those of the guest's image, and the copy of none of them has to be paid for.
pub(crate) struct Snapshot {
    range: Range<usize>,
    _instance: Box<dyn Any + Send>,
}

impl Snapshot {
    /// Keeps an instance.
    ///
    /// # Safety
    /// The range must be the instance's memory, mapped as long as the instance is there, and what it holds
    /// must not change any more.
    pub(crate) unsafe fn of(range: &Range<usize>, instance: impl Any + Send) -> Self {
        Self {
            range: range.clone(),
            _instance: Box::new(instance),
        }
    }

    fn bytes(&self) -> &[u8] {
        let start = ptr::with_exposed_provenance::<u8>(self.range.start);
        // SAFETY: it is mapped and stays the same, as whoever made this promised.
        unsafe { std::slice::from_raw_parts(start, self.range.len()) }
    }

    /// Makes a memory equal to this snapshot; `false` where it is not worth it or not possible, and
    /// then the instance must be dropped.
    ///
    /// # Safety
    /// The range must be a memory of the same guest, and no guest may be running in it. Where it is
    /// watched, it must have been equal to this snapshot when that began.
    pub(crate) unsafe fn restore(
        &self,
        kernel: &Kernel,
        range: &Range<usize>,
        watch: Option<&Watch>,
    ) -> bool {
        let bytes = self.bytes();
        if range.len() != bytes.len() {
            return false;
        }
        let mut regions = kernel.regions.borrow_mut();
        let scan = match watch {
            Some(_) => Scan::open(range.clone(), &mut regions),
            None => Scan::private(range.clone(), &mut regions),
        };
        let Some(found) = scan.run(&kernel.pagemap) else {
            return false;
        };
        let written = regions[..found].iter().map(Region::range);
        let total: usize = written.clone().map(|it| it.len()).sum();
        if total > BYTES_MAX {
            return false;
        }
        for written in written {
            let original = &bytes[written.start - range.start..written.end - range.start];
            let place = ptr::with_exposed_provenance_mut::<u8>(written.start);
            // SAFETY: the kernel reported these pages inside of the range; the rest is the caller's
            // promise.
            unsafe { ptr::copy_nonoverlapping(original.as_ptr(), place, original.len()) };
        }
        watch.is_none_or(|watch| total <= OPEN_MAX || watch.close(kernel))
    }
}
