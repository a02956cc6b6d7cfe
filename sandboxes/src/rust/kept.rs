//! What was compiled before, by everything that it was made from.
//!
//! It lies in the guest's own folder. Where it grows beyond its bound, all of it goes: what is still
//! needed is made again.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much is kept.
const BYTES_MAX: u64 = 512 << 20;

/// A folder of results.
pub(super) struct Kept {
    folder: PathBuf,
    /// What lies there, counted once and then as it grows.
    bytes: AtomicU64,
}

impl Kept {
    pub(super) fn open(folder: PathBuf) -> Self {
        let sizes = fs::read_dir(&folder).map(|entries| {
            let sizes = entries.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len()));
            sizes.sum()
        });
        Self {
            folder,
            bytes: AtomicU64::new(sizes.unwrap_or(0)),
        }
    }

    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.join(name)).ok()
    }

    /// Keeps a result. What cannot be kept is made again, so that it fails is no fault.
    pub(super) fn keep(&self, name: &str, bytes: &[u8]) {
        let size = bytes.len() as u64;
        if self.bytes.fetch_add(size, Ordering::Relaxed) + size > BYTES_MAX {
            let _ = fs::remove_dir_all(&self.folder);
            self.bytes.store(size, Ordering::Relaxed);
        }
        let unfinished = format!(
            "{name}.{}.{:?}",
            std::process::id(),
            std::thread::current().id()
        );
        let unfinished = self.folder.join(unfinished);
        let kept = fs::create_dir_all(&self.folder)
            .and_then(|()| fs::write(&unfinished, bytes))
            .and_then(|()| fs::rename(&unfinished, self.folder.join(name)));
        if kept.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_goes_all_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::open(folder.path().join("programs"));
        assert_eq!(kept.read("a"), None);
        kept.keep("a", b"one");
        assert_eq!(kept.read("a").as_deref(), Some(&b"one"[..]));
        kept.bytes.store(BYTES_MAX, Ordering::Relaxed);
        kept.keep("b", b"two");
        assert_eq!(kept.read("a"), None);
        assert_eq!(kept.read("b").as_deref(), Some(&b"two"[..]));
        let left = fs::read_dir(folder.path().join("programs")).unwrap();
        assert_eq!(left.count(), 1);
    }
}
