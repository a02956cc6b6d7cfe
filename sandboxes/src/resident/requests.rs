//! The kernel's requests by number and layout, from its documentation of `PAGEMAP_SCAN` and
//! `userfaultfd`.

use std::ffi::c_void;
use std::fs::File;
use std::ops::Range;
use std::os::fd::{AsFd, OwnedFd};
use std::ptr;

use rustix::io::Errno;
use rustix::ioctl::{Ioctl, IoctlOutput, Opcode, Updater, ioctl, opcode};
use rustix::mm::{UserfaultfdFlags, userfaultfd as make_userfaultfd};

/// What a worker has to be allowed to ask for while it judges: to scan, to begin to watch a memory
/// and to end it. wasmtime scans as well.
pub(crate) const REQUESTS: [u64; 3] = [
    SCAN as u64,
    opcode::read_write::<Register>(USERFAULTFD, 0x00) as u64,
    opcode::read::<Extent>(USERFAULTFD, 0x01) as u64,
];

const SCAN: Opcode = opcode::read_write::<Scan>(b'f', 16);
const USERFAULTFD: u8 = 0xaa;

// Categories of pages.
const WRITTEN: u64 = 1 << 1;
const FILE: u64 = 1 << 2;
const PRESENT: u64 = 1 << 3;
const ZERO_PAGE: u64 = 1 << 5;

// Flags of a scan: close the pages that match, and refuse memory that is not watched.
const CLOSE_MATCHING: u64 = 1 << 0;
const ONLY_WATCHED: u64 = 1 << 1;

/// `struct page_region`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(super) struct Region {
    start: u64,
    end: u64,
    categories: u64,
}

impl Region {
    pub(super) fn range(&self) -> Range<usize> {
        to_usize(self.start)..to_usize(self.end)
    }
}

fn to_usize(address: u64) -> usize {
    usize::try_from(address).expect("64-bit hosts only")
}

/// `struct pm_scan_arg`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(super) struct Scan {
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

impl Scan {
    /// For the runs of pages that are not those of the image: everything that was written since the
    /// memory was mapped.
    pub(super) fn private(range: Range<usize>, regions: &mut [Region]) -> Self {
        Self {
            category_inverted: FILE | ZERO_PAGE,
            category_mask: WRITTEN | PRESENT | FILE | ZERO_PAGE,
            ..Self::of(range, regions)
        }
    }

    /// For the runs of open pages in a watched memory. The kernel takes a short cut where this one
    /// category is all that is asked for.
    pub(super) fn open(range: Range<usize>, regions: &mut [Region]) -> Self {
        Self {
            flags: ONLY_WATCHED,
            category_mask: WRITTEN,
            return_mask: WRITTEN,
            ..Self::of(range, regions)
        }
    }

    /// That closes the open pages in a watched memory.
    pub(super) fn closing(range: Range<usize>) -> Self {
        Self {
            flags: CLOSE_MATCHING | ONLY_WATCHED,
            category_mask: WRITTEN,
            return_mask: WRITTEN,
            ..Self::of(range, &mut [])
        }
    }

    fn of(range: Range<usize>, regions: &mut [Region]) -> Self {
        let regions_at = if regions.is_empty() {
            ptr::null_mut()
        } else {
            regions.as_mut_ptr()
        };
        Self {
            size: size_of::<Self>() as u64,
            start: range.start as u64,
            end: range.end as u64,
            regions: regions_at.expose_provenance() as u64,
            regions_len: regions.len() as u64,
            ..Self::default()
        }
    }

    /// How many regions were found; `None` where there may be more, or the kernel refuses. The slice
    /// that this was made with must still be there.
    ///
    /// Where the kernel stopped is not asked for: it gathers 512 regions at a time, and after the last
    /// of several rounds still tells where an earlier one ended.
    pub(super) fn run(mut self, pagemap: &File) -> Option<usize> {
        // SAFETY: the structure is the one that the kernel expects, and it points to a buffer of as many
        // regions as it says, or to none.
        let found = unsafe { ioctl(pagemap, ScanCall(&mut self)) }.ok()?;
        (self.regions_len == 0 || (found as u64) < self.regions_len).then_some(found)
    }
}

/// The call itself; it answers with the number of regions.
struct ScanCall<'a>(&'a mut Scan);

// SAFETY: the opcode belongs to this structure, which the kernel reads and updates.
unsafe impl Ioctl for ScanCall<'_> {
    type Output = usize;

    const IS_MUTATING: bool = true;

    fn opcode(&self) -> Opcode {
        SCAN
    }

    fn as_ptr(&mut self) -> *mut c_void {
        ptr::from_mut(self.0).cast()
    }

    unsafe fn output_from_ptr(found: IoctlOutput, _: *mut c_void) -> rustix::io::Result<usize> {
        usize::try_from(found).map_err(|_| Errno::RANGE)
    }
}

/// `struct uffdio_api`.
#[repr(C)]
struct Api {
    version: u64,
    features: u64,
    requests: u64,
}

/// `struct uffdio_range`.
#[repr(C)]
struct Extent {
    start: u64,
    bytes: u64,
}

impl From<&Range<usize>> for Extent {
    fn from(range: &Range<usize>) -> Self {
        Self {
            start: range.start as u64,
            bytes: range.len() as u64,
        }
    }
}

/// `struct uffdio_register`.
#[repr(C)]
struct Register {
    extent: Extent,
    mode: u64,
    requests: u64,
}

// Features: pages that were never touched can be closed, and the kernel opens pages by itself.
const UNPOPULATED: u64 = 1 << 13;
const ASYNCHRONOUS: u64 = 1 << 15;

/// The mode of registration in which writes are what matters.
const WRITES: u64 = 1 << 1;

/// What memories are watched by; `None` where the kernel cannot.
pub(super) fn userfaultfd() -> Option<OwnedFd> {
    const API: Opcode = opcode::read_write::<Api>(USERFAULTFD, 0x3f);
    // The flag, unknown to the bindings, leaves faults of the kernel out: it needs no privilege then.
    let flags = UserfaultfdFlags::CLOEXEC | UserfaultfdFlags::from_bits_retain(1);
    // SAFETY: nothing is registered with it yet.
    let faults = unsafe { make_userfaultfd(flags) }.ok()?;
    let mut api = Api {
        version: 0xaa,
        features: UNPOPULATED | ASYNCHRONOUS,
        requests: 0,
    };
    // SAFETY: the opcode belongs to this structure.
    unsafe { ioctl(&faults, Updater::<API, Api>::new(&mut api)) }.ok()?;
    Some(faults)
}

/// Begins to watch a memory, all of whose pages are open.
///
/// # Safety
/// The range must be a memory that no guest is running in.
pub(super) unsafe fn register(faults: impl AsFd, range: &Range<usize>) -> Option<()> {
    const REGISTER: Opcode = opcode::read_write::<Register>(USERFAULTFD, 0x00);
    let mut register = Register {
        extent: range.into(),
        mode: WRITES,
        requests: 0,
    };
    // SAFETY: the opcode belongs to this structure; the range is the caller's promise.
    unsafe { ioctl(faults, Updater::<REGISTER, Register>::new(&mut register)) }.ok()
}

/// Opens all pages of a memory and ends to watch it.
///
/// # Safety
/// The range must be a memory that is registered.
pub(super) unsafe fn unregister(faults: impl AsFd, range: &Range<usize>) -> Option<()> {
    const UNREGISTER: Opcode = opcode::read::<Extent>(USERFAULTFD, 0x01);
    let mut extent = Extent::from(range);
    // SAFETY: the opcode belongs to this structure; the range is the caller's promise.
    unsafe { ioctl(faults, Updater::<UNREGISTER, Extent>::new(&mut extent)) }.ok()
}
