//! Memories that are put back are equal to their snapshot, whichever way tells what was written.

use std::os::raw::c_void;
use std::ptr;

use rustix::mm::{MapFlags, ProtFlags, mmap, mmap_anonymous, munmap};

use super::*;

const PAGE: usize = 4096;

/// A mapping of so many pages, of a file's (a copy of its own) or of none.
struct Mapping {
    start: *mut c_void,
    bytes: usize,
}

impl Mapping {
    fn new(pages: usize, image: Option<&File>) -> Self {
        let (bytes, access) = (pages * PAGE, ProtFlags::READ | ProtFlags::WRITE);
        let flags = MapFlags::PRIVATE;
        // SAFETY: a new mapping, at a place of the kernel's choice.
        let start = unsafe {
            match image {
                Some(image) => mmap(ptr::null_mut(), bytes, access, flags, image, 0),
                None => mmap_anonymous(ptr::null_mut(), bytes, access, flags),
            }
        };
        Self {
            start: start.unwrap(),
            bytes,
        }
    }

    fn range(&self) -> Range<usize> {
        let start = self.start.expose_provenance();
        start..start + self.bytes
    }

    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the mapping is this long, and nobody else knows of it.
        unsafe { std::slice::from_raw_parts_mut(self.start.cast(), self.bytes) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: nothing borrows from it any more.
        unsafe { munmap(self.start, self.bytes).unwrap() };
    }
}

/// Numbers that follow no pattern, from a linear congruential generator.
fn numbers(seed: u64) -> impl Iterator<Item = usize> {
    let step = |it: &u64| Some(it.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
    std::iter::successors(Some(seed), step).map(|it| usize::try_from(it >> 33).unwrap())
}

/// A memory as it is now.
fn snapshot(memory: &mut Mapping) -> Snapshot {
    let copy: Box<[u8]> = memory.bytes().into();
    let start = copy.as_ptr().expose_provenance();
    // SAFETY: the copy goes where the snapshot goes, and nobody writes to it.
    unsafe { Snapshot::of(&(start..start + copy.len()), copy) }
}

fn image(pages: usize) -> File {
    let mut file = tempfile::tempfile().unwrap();
    let bytes: Vec<u8> = numbers(7)
        .take(pages * PAGE)
        .map(|it| it.to_le_bytes()[0])
        .collect();
    std::io::Write::write_all(&mut file, &bytes).unwrap();
    file
}

fn put_back(pages: usize, writes: usize, watched: bool) {
    let kernel = Kernel::open().expect("a kernel that can scan");
    let image = image(pages);
    for image in [Some(&image), None] {
        let mut memory = Mapping::new(pages, image);
        let range = memory.range();
        // Some pages were written before the snapshot, as a guest's start does.
        for page in numbers(3).take(pages / 8) {
            memory.bytes()[page % pages * PAGE] ^= 1;
        }
        let original = snapshot(&mut memory);
        let watch = watched.then(|| unsafe { kernel.watch(&range) }.expect("it can be watched"));
        for round in 0..4 {
            for at in numbers(round).take(writes) {
                memory.bytes()[at % (pages * PAGE)] ^= 0x55;
            }
            assert!(*memory.bytes() != *original.bytes() || writes == 0);
            assert!(unsafe { original.restore(&kernel, &range, watch.as_ref()) });
            assert!(*memory.bytes() == *original.bytes(), "round {round}");
        }
    }
}

#[test]
fn a_memory_that_is_put_back_equals_its_snapshot() {
    for watched in [false, true] {
        put_back(64, 20, watched);
        put_back(64, 0, watched);
        // So many that the watched memory is closed again.
        put_back(2048, 1500, watched);
    }
}

#[test]
fn a_memory_that_is_no_longer_watched_hides_nothing_from_the_other_way_of_telling() {
    let kernel = Kernel::open().expect("a kernel that can scan");
    let image = image(16);
    let mut memory = Mapping::new(16, Some(&image));
    let range = memory.range();
    let original = snapshot(&mut memory);
    memory.bytes()[5 * PAGE] ^= 1;
    drop(unsafe { kernel.watch(&range) });
    // The page that was written before it was closed is told as one of the guest's own.
    assert!(unsafe { original.restore(&kernel, &range, None) });
    assert!(*memory.bytes() == *original.bytes());
}
