//! The user's cache folder: what is expensive to make and can always be made again.
//!
//! An entry appears under its final name only when it is complete (it is built beside it and
//! renamed), and only one process builds at a time. So a process that is killed half-way leaves a
//! folder that the next one removes.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use crate::SetupError;

/// The variable that names another cache folder.
pub const CACHE_VARIABLE: &str = "REWARDSMITH_CACHE";

/// A folder that holds guests and whatever else is worth keeping.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
    missing: Missing,
}

/// What to do about an entry that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Build,
    Refuse,
}

impl Cache {
    /// The folder that the environment names: `REWARDSMITH_CACHE`, or `rewardsmith` under
    /// `XDG_CACHE_HOME` or `~/.cache`.
    pub fn locate() -> Result<Self, SetupError> {
        let set = |name| {
            env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        set(CACHE_VARIABLE)
            .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("rewardsmith")))
            .or_else(|| set("HOME").map(|home| home.join(".cache").join("rewardsmith")))
            .map(Self::at)
            .ok_or(SetupError::NoCacheFolder)
    }

    /// This folder.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            missing: Missing::Build,
        }
    }

    /// The same folder for who only looks: what is not there is an error, and nothing is written.
    #[must_use]
    pub fn read_only(&self) -> Self {
        Self {
            root: self.root.clone(),
            missing: Missing::Refuse,
        }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The entry `name`, built by `build` into the folder it is given if there is none yet.
    pub(crate) fn entry(
        &self,
        name: &str,
        build: impl FnOnce(&Path) -> Result<(), SetupError>,
    ) -> Result<PathBuf, SetupError> {
        let entry = self.root.join(name);
        if entry.exists() {
            return Ok(entry);
        }
        if self.missing == Missing::Refuse {
            return Err(SetupError::NotBuilt);
        }
        let failed = |source| SetupError::Cache {
            path: self.root.clone(),
            source,
        };
        fs::create_dir_all(&self.root).map_err(failed)?;
        let lock = File::create(self.root.join("lock")).map_err(failed)?;
        flock(&lock, FlockOperation::LockExclusive).map_err(|error| failed(error.into()))?;
        if entry.exists() {
            return Ok(entry);
        }
        self.remove_left_overs().map_err(failed)?;
        let unfinished = self.root.join(format!("{UNFINISHED}{name}"));
        fs::create_dir(&unfinished).map_err(failed)?;
        let outcome =
            build(&unfinished).and_then(|()| fs::rename(&unfinished, &entry).map_err(failed));
        if outcome.is_err() {
            // What failed is the news; a left-over goes with the next attempt.
            let _ = fs::remove_dir_all(&unfinished);
        }
        outcome.map(|()| entry)
    }

    /// A small file that was kept under this name.
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(name)).ok()
    }

    /// Keeps a small file under this name. What cannot be kept is made again the next time, so a
    /// failure is not one of the caller's.
    pub fn keep(&self, name: &str, bytes: &[u8]) {
        let unfinished = self.root.join(format!("{name}.{}", std::process::id()));
        if fs::write(&unfinished, bytes).is_err()
            || fs::rename(&unfinished, self.root.join(name)).is_err()
        {
            let _ = fs::remove_file(&unfinished);
        }
    }

    /// Removes what killed processes left. The caller holds the lock, so nobody is building.
    fn remove_left_overs(&self) -> io::Result<()> {
        for item in fs::read_dir(&self.root)? {
            let item = item?;
            if item.file_name().to_string_lossy().starts_with(UNFINISHED) {
                fs::remove_dir_all(item.path())?;
            }
        }
        Ok(())
    }
}

/// What the name of a folder begins with while it is being built.
const UNFINISHED: &str = ".unfinished-";

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn an_entry_is_built_once_however_many_ask() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path());
        let built = std::sync::atomic::AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let entry = cache.entry("guest", |path| {
                        built.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        fs::write(path.join("file"), "whole").unwrap();
                        Ok(())
                    });
                    assert_eq!(fs::read(entry.unwrap().join("file")).unwrap(), b"whole");
                });
            }
        });
        assert_eq!(built.into_inner(), 1);
    }

    #[test]
    fn what_a_killed_process_left_is_not_taken_for_an_entry() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path());
        let left_over = folder.path().join(format!("{UNFINISHED}guest"));
        fs::create_dir(&left_over).unwrap();
        fs::write(left_over.join("half"), "ha").unwrap();
        let entry = cache.entry("guest", |path| {
            fs::write(path.join("file"), "whole").unwrap();
            Ok(())
        });
        let entry = entry.unwrap();
        assert!(entry.join("file").exists() && !entry.join("half").exists());
        assert!(!left_over.exists());
    }

    #[test]
    fn who_only_looks_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("cache");
        let entry = Cache::at(&root)
            .read_only()
            .entry("guest", |_| panic!("it must not be built"));
        assert!(matches!(entry, Err(SetupError::NotBuilt)));
        assert!(!root.exists());
    }

    #[test]
    fn a_build_that_fails_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path());
        let failed = cache.entry("guest", |_| Err(SetupError::NoCacheFolder));
        assert!(failed.is_err());
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|i| i.unwrap().file_name())
            .collect();
        assert_eq!(left, ["lock"]);
    }
}
