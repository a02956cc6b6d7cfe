//! Writing so that a crash leaves either the old or the new, never a half.

use crate::error::{Error, Result};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

/// Writes a file under a temporary name beside its own, then renames it.
pub fn write_file_atomically(path: &Path, contents: &[u8]) -> Result<()> {
    let staging = sibling(path, "partial");
    let written = fs::write(&staging, contents).and_then(|()| File::open(&staging)?.sync_all());
    written.map_err(|e| Error::io(&staging, e))?;
    fs::rename(&staging, path).map_err(|e| Error::io(path, e))
}

/// Lets `fill` write a whole folder beside `path` and then puts it there, in place of an older
/// folder of the same kind: one that holds a file named `marker`. Another folder, unless empty, is
/// never replaced.
///
/// A crash between the two renames leaves the old folder beside its place; [`recover_folder`], which
/// every load calls, puts it back.
pub fn write_folder_atomically(
    path: &Path,
    marker: &str,
    fill: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    recover_folder(path)?;
    if path.exists() && !path.join(marker).exists() && !is_empty_folder(path) {
        return Err(Error::checkpoint(
            path,
            format!("exists and holds no `{marker}`, so it is not ours to replace; choose another"),
        ));
    }
    let (staging, old) = (sibling(path, "partial"), sibling(path, "old"));
    remove(&staging)?;
    fs::create_dir_all(&staging).map_err(|e| Error::io(&staging, e))?;
    fill(&staging)?;
    sync_folder(&staging)?;
    if path.exists() {
        remove(&old)?;
        fs::rename(path, &old).map_err(|e| Error::io(path, e))?;
    }
    fs::rename(&staging, path).map_err(|e| Error::io(path, e))?;
    remove(&old)
}

/// Puts a folder back that a crash left under its temporary name.
pub fn recover_folder(path: &Path) -> Result<()> {
    let old = sibling(path, "old");
    if !path.exists() && old.exists() {
        fs::rename(&old, path).map_err(|e| Error::io(&old, e))?;
    }
    Ok(())
}

fn sibling(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{ending}"))
}

fn is_empty_folder(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path, e)),
        _ => Ok(()),
    }
}

fn sync_folder(path: &Path) -> Result<()> {
    let entries = fs::read_dir(path).map_err(|e| Error::io(path, e))?;
    for entry in entries {
        let file = entry.map_err(|e| Error::io(path, e))?.path();
        File::open(&file)
            .and_then(|f| f.sync_all())
            .map_err(|e| Error::io(&file, e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) -> Result<()> {
        write_folder_atomically(path, "a", |f| {
            write_file_atomically(&f.join("a"), text.as_bytes())
        })
    }

    #[test]
    fn a_folder_is_replaced_whole_and_a_failed_one_leaves_the_old() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("model");
        write(&path, "1").unwrap();
        write(&path, "2").unwrap();
        let failed = write_folder_atomically(&path, "a", |staging| {
            fs::write(staging.join("a"), "3").unwrap();
            Err(Error::Argument("interrupted".into()))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(path.join("a")).unwrap(), "2");
        write(&path, "4").unwrap();
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_crash_between_the_renames_is_recovered() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("model");
        write(&path, "1").unwrap();
        fs::rename(&path, sibling(&path, "old")).unwrap();
        recover_folder(&path).unwrap();
        assert_eq!(fs::read_to_string(path.join("a")).unwrap(), "1");
    }

    #[test]
    fn a_folder_of_another_kind_is_never_replaced() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("precious"), "x").unwrap();
        let message = write(home.path(), "1").unwrap_err().to_string();
        assert!(message.contains("choose another"), "{message}");
        assert!(home.path().join("precious").exists());
    }
}
