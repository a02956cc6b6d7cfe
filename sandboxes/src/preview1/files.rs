//! The files of one process: an image that many share and nobody can change, and what it makes
//! itself, up to a bound.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Files that can only be read.
pub(crate) struct Image {
    bytes: Vec<u8>,
    /// Where each file lies, by its path without a leading slash.
    files: BTreeMap<String, Range<usize>>,
    folders: BTreeSet<String>,
}

impl Image {
    /// These files in one piece: the length of the list of their names and lengths, the list, and
    /// their bytes.
    pub(crate) fn pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
        let list: Vec<(&str, usize)> = files.iter().map(|(p, b)| (p.as_str(), b.len())).collect();
        let list = postcard::to_stdvec(&list).expect("names and numbers have a binary form");
        let mut packed = (list.len() as u64).to_le_bytes().to_vec();
        packed.extend(list);
        for (_, bytes) in files {
            packed.extend(bytes);
        }
        packed
    }

    /// Opens what was packed; `None` if it is damaged.
    pub(crate) fn open(packed: Vec<u8>) -> Option<Self> {
        let (length, rest) = packed.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let list: Vec<(String, usize)> = postcard::from_bytes(rest.get(..length)?).ok()?;
        let mut at = size_of::<u64>() + length;
        let mut folders = BTreeSet::from([String::new()]);
        let mut files = BTreeMap::new();
        for (path, length) in list {
            for (end, _) in path.match_indices('/') {
                folders.insert(path[..end].to_owned());
            }
            let end = at.checked_add(length)?;
            files.insert(path, at..end);
            at = end;
        }
        (at == packed.len()).then_some(Self {
            bytes: packed,
            files,
            folders,
        })
    }
}

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Folder,
    Shared(Range<usize>),
    /// The number of something that the process made.
    Made(usize),
}

/// Why something cannot be done, in WASI's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Errno(pub(super) i32);

impl Errno {
    pub(super) const BAD_DESCRIPTOR: Self = Self(8);
    pub(super) const EXISTS: Self = Self(20);
    pub(super) const FAULT: Self = Self(21);
    pub(super) const INVALID: Self = Self(28);
    pub(super) const IS_FOLDER: Self = Self(31);
    pub(super) const MANY_OPEN: Self = Self(33);
    pub(super) const NO_ENTRY: Self = Self(44);
    pub(super) const NO_SPACE: Self = Self(51);
    pub(super) const NOT_FOLDER: Self = Self(54);
    pub(super) const NOT_SUPPORTED: Self = Self(58);
    pub(super) const READ_ONLY: Self = Self(69);
    pub(super) const NO_SEEK: Self = Self(70);
    pub(super) const NOT_CAPABLE: Self = Self(76);
}

/// What a process sees.
pub(crate) struct Files {
    image: Option<Arc<Image>>,
    made: BTreeMap<String, usize>,
    /// What was made, removed or not.
    contents: Vec<Vec<u8>>,
    left_bytes: usize,
    awaited: Option<Awaited>,
}

/// A file that is not there until the process asks for it, which then waits.
struct Awaited {
    path: String,
    bring: Box<dyn FnOnce() -> Vec<(String, Vec<u8>)>>,
}

impl Files {
    /// No file, and none can be made.
    pub(crate) fn none() -> Self {
        Self {
            image: None,
            made: BTreeMap::new(),
            contents: Vec::new(),
            left_bytes: 0,
            awaited: None,
        }
    }

    /// An image under files of its own; what is made may have so many bytes in all.
    pub(crate) fn over(image: Option<Arc<Image>>, made_bytes_max: usize) -> Self {
        Self {
            image,
            left_bytes: made_bytes_max,
            ..Self::none()
        }
    }

    /// Puts a file there before the process starts.
    pub(crate) fn put(&mut self, path: &str, bytes: Vec<u8>) {
        self.made.insert(path.to_owned(), self.contents.len());
        self.contents.push(bytes);
    }

    /// Once the process asks for this path, these files are brought and put there first.
    pub(crate) fn wait_for(
        &mut self,
        path: &str,
        bring: impl FnOnce() -> Vec<(String, Vec<u8>)> + 'static,
    ) {
        self.awaited = Some(Awaited {
            path: path.to_owned(),
            bring: Box::new(bring),
        });
    }

    /// Takes what the process left under a path.
    pub(super) fn take(&mut self, path: &str) -> Option<Vec<u8>> {
        let number = self.made.remove(path)?;
        Some(std::mem::take(&mut self.contents[number]))
    }

    /// What a path names, once it is there.
    pub(super) fn ask_for(&mut self, path: &str) -> Option<Node> {
        if let Some(awaited) = self.awaited.take_if(|it| it.path == path) {
            for (path, bytes) in (awaited.bring)() {
                self.put(&path, bytes);
            }
        }
        self.find(path)
    }

    fn find(&self, path: &str) -> Option<Node> {
        if let Some(number) = self.made.get(path) {
            return Some(Node::Made(*number));
        }
        if path.is_empty() || self.is_made_folder(path) {
            return Some(Node::Folder);
        }
        let image = self.image.as_ref()?;
        if image.folders.contains(path) {
            return Some(Node::Folder);
        }
        image.files.get(path).cloned().map(Node::Shared)
    }

    fn is_made_folder(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        let next = self.made.range(inside.clone()..).next();
        next.is_some_and(|(name, _)| name.starts_with(&inside))
    }

    /// Makes an empty file where there is nothing yet.
    pub(super) fn make(&mut self, path: &str) -> Result<Node, Errno> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        match self.find(folder) {
            Some(Node::Folder) => {}
            Some(_) => return Err(Errno::NOT_FOLDER),
            None => return Err(Errno::NO_ENTRY),
        }
        // Names cost something too, so that their number is bounded.
        self.spend(path.len() + NAME_BYTES)?;
        self.put(path, Vec::new());
        Ok(Node::Made(self.contents.len() - 1))
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Errno> {
        self.left_bytes = self.left_bytes.checked_sub(bytes).ok_or(Errno::NO_SPACE)?;
        Ok(())
    }

    pub(super) fn remove(&mut self, path: &str) -> Result<(), Errno> {
        match self.find(path) {
            Some(Node::Made(_)) => {
                self.made.remove(path);
                Ok(())
            }
            Some(Node::Shared(_)) => Err(Errno::READ_ONLY),
            Some(Node::Folder) => Err(Errno::IS_FOLDER),
            None => Err(Errno::NO_ENTRY),
        }
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        let Some(Node::Made(number)) = self.find(from) else {
            return Err(Errno::NO_ENTRY);
        };
        match self.find(to) {
            Some(Node::Folder) => return Err(Errno::IS_FOLDER),
            Some(Node::Shared(_)) => return Err(Errno::READ_ONLY),
            Some(Node::Made(_)) | None => {}
        }
        self.made.remove(from);
        self.made.insert(to.to_owned(), number);
        Ok(())
    }

    /// All bytes of a file; none of a folder.
    pub(super) fn bytes(&self, node: &Node) -> &[u8] {
        match (node, &self.image) {
            (Node::Made(number), _) => &self.contents[*number],
            (Node::Shared(range), Some(image)) => &image.bytes[range.clone()],
            _ => &[],
        }
    }

    /// Gives a file another length.
    pub(super) fn resize(&mut self, node: &Node, length: usize) -> Result<(), Errno> {
        let Node::Made(number) = node else {
            return Err(Errno::READ_ONLY);
        };
        let grown = length.saturating_sub(self.contents[*number].len());
        self.spend(grown)?;
        self.contents[*number].resize(length, 0);
        Ok(())
    }

    /// Writes into a file, which grows as needed.
    pub(super) fn write(&mut self, node: &Node, at: usize, bytes: &[u8]) -> Result<(), Errno> {
        let end = at.checked_add(bytes.len()).ok_or(Errno::NO_SPACE)?;
        if end > self.bytes(node).len() {
            self.resize(node, end)?;
        }
        let Node::Made(number) = node else {
            return Err(Errno::READ_ONLY);
        };
        self.contents[*number][at..end].copy_from_slice(bytes);
        Ok(())
    }
}

/// What a name costs besides its length.
const NAME_BYTES: usize = 100;

/// A path from the root with neither `.` nor `..`; none leads out of it.
pub(super) fn joined(folder: &str, path: &[u8]) -> Result<String, Errno> {
    let path = std::str::from_utf8(path).map_err(|_| Errno::INVALID)?;
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(Errno::NOT_CAPABLE)?;
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        let packed = Image::pack(&[("usr/include/a.h".to_owned(), b"text".to_vec())]);
        let image = Image::open(packed).unwrap();
        let mut files = Files::over(Some(Arc::new(image)), 500);
        files.put("work/main.c", b"main".to_vec());
        files
    }

    #[test]
    fn a_path_leads_nowhere_outside_of_the_root() {
        assert_eq!(joined("usr", b"include/./../lib//x").unwrap(), "usr/lib/x");
        assert_eq!(joined("", b"/a/b").unwrap(), "a/b");
        assert_eq!(joined("", b".").unwrap(), "");
        assert_eq!(joined("usr", b"../../etc"), Err(Errno::NOT_CAPABLE));
        assert_eq!(joined("", b"\xff"), Err(Errno::INVALID));
    }

    #[test]
    fn an_awaited_file_is_brought_when_it_is_asked_for() {
        let mut files = files();
        files.wait_for("work/late.c", || {
            let names = ["work/late.c", "work/late.h"];
            names.map(|name| (name.to_owned(), b"late".to_vec())).into()
        });
        assert!(files.ask_for("work/main.c").is_some());
        assert_eq!(files.find("work/late.h"), None);
        let node = files.ask_for("work/late.c").unwrap();
        assert_eq!(files.bytes(&node), b"late");
        assert!(files.ask_for("work/late.h").is_some());
    }

    #[test]
    fn a_damaged_image_is_none() {
        let packed = Image::pack(&[("a".to_owned(), b"text".to_vec())]);
        for length in 0..packed.len() {
            assert!(Image::open(packed[..length].to_vec()).is_none());
        }
        assert!(Image::open(packed).is_some());
    }

    #[test]
    fn an_image_can_be_read_and_not_changed() {
        let mut files = files();
        let node = files.find("usr/include/a.h").unwrap();
        assert_eq!(files.bytes(&node), b"text");
        assert_eq!(files.find("usr/include"), Some(Node::Folder));
        assert_eq!(files.find("etc/passwd"), None);
        assert_eq!(files.write(&node, 0, b"x"), Err(Errno::READ_ONLY));
        assert_eq!(files.remove("usr/include/a.h"), Err(Errno::READ_ONLY));
        assert_eq!(
            files.rename("work/main.c", "usr/include/a.h"),
            Err(Errno::READ_ONLY)
        );
        assert_eq!(files.make("nowhere/x"), Err(Errno::NO_ENTRY));
    }

    #[test]
    fn what_is_made_can_be_written_renamed_and_taken_up_to_a_bound() {
        let mut files = files();
        let node = files.make("work/out").unwrap();
        files.write(&node, 2, b"ab").unwrap();
        files.rename("work/out", "work/a.o").unwrap();
        assert_eq!(files.find("work/out"), None);
        assert_eq!(files.take("work/a.o").unwrap(), b"\0\0ab");
        let node = files.make("work/large").unwrap();
        assert_eq!(files.write(&node, 400, b"x"), Err(Errno::NO_SPACE));
        for _ in 0..5 {
            let _ = files.make("work/many");
            let _ = files.remove("work/many");
        }
        assert_eq!(files.make("work/many"), Err(Errno::NO_SPACE));
    }
}
