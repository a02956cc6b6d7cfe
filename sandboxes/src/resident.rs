//! Putting a guest's memory back to where it started, in place.
//!
//! A fresh instance costs its set-up (some ten thousand function references), and then a page fault
//! for every page that it touches. Most candidates leave the interpreter whole: then it is enough
//! to copy back the pages that were written, a few hundred, which stay mapped. The kernel says
//! which they are (`PAGEMAP_SCAN`, Linux 6.7); without it every candidate gets a fresh instance.
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

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::fd::{AsRawFd, RawFd};
use std::ptr;

use rustix::ioctl::{Ioctl, IoctlOutput, Opcode, ioctl, opcode};

/// More than this is not worth copying back: the instance is dropped instead.
const BYTES_MAX: usize = 16 << 20;

/// The kernel's view of this process, opened before anything is walled off.
pub(crate) struct Kernel {
    pagemap: File,
    maps: File,
}

impl Kernel {
    /// `None` where the kernel cannot scan.
    pub(crate) fn open() -> Option<Self> {
        let pagemap = File::open("/proc/self/pagemap").ok()?;
        let maps = File::open("/proc/self/maps").ok()?;
        let kernel = Self { pagemap, maps };
        kernel.written(0..0).map(|_| kernel)
    }

    /// The descriptor that is read again for each new memory.
    pub(crate) fn mappings(&self) -> RawFd {
        self.maps.as_raw_fd()
    }

    /// The whole of the linear memory that holds `address`. The pool leaves inaccessible pages
    /// between memories, so it is the run of writable mappings around the address.
    pub(crate) fn memory_around(&mut self, address: usize) -> Option<Range<usize>> {
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

    /// The runs of pages in a range that are not those of the image: everything that was written
    /// since the memory was mapped. `None` where there are too many, or the kernel refuses.
    fn written(&self, range: Range<usize>) -> Option<Vec<Region>> {
        let mut regions = vec![Region::default(); 4096];
        let mut scan = Scan {
            size: size_of::<Scan>() as u64,
            start: range.start as u64,
            end: range.end as u64,
            regions: regions.as_mut_ptr() as u64,
            regions_len: regions.len() as u64,
            category_inverted: FILE | ZERO_PAGE,
            category_mask: WRITTEN | PRESENT | FILE | ZERO_PAGE,
            ..Scan::default()
        };
        // SAFETY: the structure is the one that the kernel expects, and it points to a buffer of as
        // many regions as it says.
        let found = unsafe { ioctl(&self.pagemap, ScanCall(&mut scan)) }.ok()?;
        regions.truncate(found);
        (scan.walk_end == scan.end).then_some(regions)
    }
}

/// A memory as it was when its instance had just been made.
pub(crate) struct Snapshot {
    bytes: Box<[u8]>,
}

impl Snapshot {
    /// Copies a memory.
    ///
    /// # Safety
    /// The range must be mapped, and no guest may be running in it.
    pub(crate) unsafe fn of(range: &Range<usize>) -> Self {
        let start = ptr::with_exposed_provenance::<u8>(range.start);
        // SAFETY: the caller's promise.
        let bytes = unsafe { std::slice::from_raw_parts(start, range.len()) };
        Self {
            bytes: bytes.into(),
        }
    }

    /// Makes a memory equal to this snapshot; `false` where it is not worth it or not possible, and
    /// then the instance must be dropped.
    ///
    /// # Safety
    /// The range must be a memory of the same guest, and no guest may be running in it.
    pub(crate) unsafe fn restore(&self, kernel: &Kernel, range: &Range<usize>) -> bool {
        if range.len() != self.bytes.len() {
            return false;
        }
        let Some(regions) = kernel.written(range.clone()) else {
            return false;
        };
        let bytes: u64 = regions.iter().map(|region| region.end - region.start).sum();
        if bytes > BYTES_MAX as u64 {
            return false;
        }
        for region in regions {
            let (start, end) = (to_usize(region.start), to_usize(region.end));
            let original = &self.bytes[start - range.start..end - range.start];
            let place = ptr::with_exposed_provenance_mut::<u8>(start);
            // SAFETY: the kernel reported these pages inside of the range; the rest is the caller's
            // promise.
            unsafe { ptr::copy_nonoverlapping(original.as_ptr(), place, original.len()) };
        }
        true
    }
}

fn to_usize(address: u64) -> usize {
    usize::try_from(address).expect("64-bit hosts only")
}

// The kernel's names and numbers, from its documentation of `PAGEMAP_SCAN`.
const WRITTEN: u64 = 1 << 1;
const FILE: u64 = 1 << 2;
const PRESENT: u64 = 1 << 3;
const ZERO_PAGE: u64 = 1 << 5;

/// `struct page_region`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Region {
    start: u64,
    end: u64,
    categories: u64,
}

/// `struct pm_scan_arg`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Scan {
    size: u64,
    flags: u64,
    start: u64,
    end: u64,
    walk_end: u64,
    regions: u64,
    regions_len: u64,
    max_pages: u64,
    category_inverted: u64,
    category_mask: u64,
    category_anyof_mask: u64,
    return_mask: u64,
}

/// The call itself; it answers with the number of regions.
struct ScanCall<'a>(&'a mut Scan);

// SAFETY: the opcode belongs to this structure, which the kernel reads and updates.
unsafe impl Ioctl for ScanCall<'_> {
    type Output = usize;

    const IS_MUTATING: bool = true;

    fn opcode(&self) -> Opcode {
        opcode::read_write::<Scan>(b'f', 16)
    }

    fn as_ptr(&mut self) -> *mut std::ffi::c_void {
        ptr::from_mut(self.0).cast()
    }

    unsafe fn output_from_ptr(
        found: IoctlOutput,
        _: *mut std::ffi::c_void,
    ) -> rustix::io::Result<usize> {
        usize::try_from(found).map_err(|_| rustix::io::Errno::RANGE)
    }
}
