//! What was compiled before, by everything that it was made from.
//!
//! It lies in the guest's own folder, each result behind a digest of its bytes: a disk that lost some
//! of them must not turn a right program into one that does not load. Where it all grows beyond its
//! bound, all of it goes. What is lost or gone and still needed is made again.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::Exit;

/// A program's WebAssembly, or why there is none.
pub(crate) type Made = Result<Vec<u8>, Exit>;

/// How much is kept.
const BYTES_MAX: u64 = 512 << 20;

const FOLDER: &str = "programs";

const DIGEST_BYTES: usize = 32;

fn checksum(bytes: &[u8]) -> [u8; DIGEST_BYTES] {
    Sha256::digest(bytes).into()
}

/// The results that are kept for a guest.
pub(crate) struct Kept {
    folder: PathBuf,
    /// What lies there, counted once and then as it grows.
    bytes: AtomicU64,
}

impl Kept {
    /// Those of the guest in this folder, which all threads share.
    pub(crate) fn of(guest: &Path) -> Arc<Self> {
        static OPEN: Mutex<Option<HashMap<PathBuf, Arc<Kept>>>> = Mutex::new(None);
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let open = open.get_or_insert_default();
        let kept = open.entry(guest.to_owned());
        kept.or_insert_with(|| Arc::new(Self::open(guest.join(FOLDER))))
            .clone()
    }

    fn open(folder: PathBuf) -> Self {
        let sizes = fs::read_dir(&folder).map(|entries| {
            let sizes = entries.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len()));
            sizes.sum()
        });
        Self {
            folder,
            bytes: AtomicU64::new(sizes.unwrap_or(0)),
        }
    }

    /// What was made of this before. A file that is damaged is as good as none.
    pub(crate) fn read(&self, name: &str) -> Option<Made> {
        let file = fs::read(self.folder.join(name)).ok()?;
        let (digest, bytes) = file.split_first_chunk::<DIGEST_BYTES>()?;
        let is_whole = *digest == checksum(bytes);
        is_whole.then(|| postcard::from_bytes(bytes).ok())?
    }

    /// Keeps a result. What cannot be kept is made again, so that it fails is no fault.
    pub(crate) fn keep(&self, name: &str, made: &Made) {
        let bytes = postcard::to_stdvec(made).expect("modules have a binary form");
        let file = [&checksum(&bytes)[..], &bytes].concat();
        let size = file.len() as u64;
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
            .and_then(|()| fs::write(&unfinished, file))
            .and_then(|()| fs::rename(&unfinished, self.folder.join(name)));
        if kept.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
    }
}

/// The name of what is made of these parts. Candidates write some of them, so it is a whole digest:
/// no two texts have the same.
pub(crate) fn name_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    format!("{:x}", hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_goes_all_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::of(folder.path());
        let (one, two) = (Ok(b"one".to_vec()), Ok(b"two".to_vec()));
        assert_eq!(kept.read("a"), None);
        kept.keep("a", &one);
        assert_eq!(kept.read("a"), Some(one));
        kept.bytes.store(BYTES_MAX, Ordering::Relaxed);
        kept.keep("b", &two);
        assert_eq!(kept.read("a"), None);
        assert_eq!(kept.read("b"), Some(two));
        let left = fs::read_dir(folder.path().join(FOLDER)).unwrap();
        assert_eq!(left.count(), 1);
    }

    #[test]
    fn what_is_damaged_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::of(folder.path());
        let file = folder.path().join(FOLDER).join("a");
        kept.keep("a", &Ok(vec![7; 100]));
        let whole = fs::read(&file).unwrap();
        let flipped = [&whole[..whole.len() - 1], &[6]].concat();
        for damaged in [&whole[..60], &whole[..9], &[], &[0; 90], &flipped] {
            fs::write(&file, damaged).unwrap();
            assert_eq!(kept.read("a"), None, "{damaged:?}");
        }
        fs::write(&file, whole).unwrap();
        assert_eq!(kept.read("a"), Some(Ok(vec![7; 100])));
    }

    #[test]
    fn parts_are_told_apart() {
        let name = |parts: &[&str]| name_of(parts.iter().map(|it| it.as_bytes()));
        assert_ne!(name(&["ab", "c"]), name(&["a", "bc"]));
        assert_eq!(name(&["a"]).len(), 64);
    }
}
