//! What a process asks, done on its memory, its files and its streams.

use super::Process;
use super::files::{Errno, Node, joined};
use crate::world::{Channel, Stop};

/// How many descriptors can be open at once.
const DESCRIPTORS_MAX: usize = 1_000;

/// The descriptor of the root folder, if there is one: the first behind the standard streams.
const ROOT: u32 = 3;

const TYPE_CHARACTERS: u8 = 2;
const TYPE_FOLDER: u8 = 3;
const TYPE_FILE: u8 = 4;
/// Every right that there is: what may be done is decided where it is done.
const RIGHTS: u64 = 0x1fff_ffff;

/// What a descriptor stands for.
#[derive(Clone, Debug)]
pub(super) enum Open {
    Input,
    Print(Channel),
    File(File),
}

/// An open file or folder.
#[derive(Clone, Debug)]
pub(super) struct File {
    node: Node,
    path: String,
    at: usize,
    appends: bool,
}

impl Open {
    /// The standard streams, in the order of their descriptors.
    pub(super) fn streams() -> Vec<Option<Self>> {
        vec![
            Some(Self::Input),
            Some(Self::Print(Channel::Stdout)),
            Some(Self::Print(Channel::Stderr)),
        ]
    }

    /// The root folder.
    pub(super) fn root() -> Self {
        Self::File(File {
            node: Node::Folder,
            path: String::new(),
            at: 0,
            appends: false,
        })
    }
}

/// Why a call does not answer with 0.
pub(super) enum Fail {
    Errno(Errno),
    Stop(Stop),
}

impl From<Errno> for Fail {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

impl From<Stop> for Fail {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

pub(super) type Done = Result<(), Fail>;

/// A process that called, with its memory.
pub(super) struct Guest<'a> {
    pub(super) memory: &'a mut [u8],
    pub(super) process: &'a mut Process,
}

impl Guest<'_> {
    fn part(&mut self, at: u32, length: u32) -> Result<&mut [u8], Errno> {
        let rest = self.memory.get_mut(at as usize..);
        rest.and_then(|rest| rest.get_mut(..length as usize))
            .ok_or(Errno::FAULT)
    }

    pub(super) fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Errno> {
        let length = u32::try_from(bytes.len()).map_err(|_| Errno::FAULT)?;
        self.part(at, length)?.copy_from_slice(bytes);
        Ok(())
    }

    fn read_u32(&mut self, at: u32) -> Result<u32, Errno> {
        let bytes = self.part(at, 4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// The pieces of memory that a vector of them names.
    pub(super) fn pieces(&mut self, at: u32, count: u32) -> Result<Vec<(u32, u32)>, Errno> {
        if count > 1_024 {
            return Err(Errno::INVALID);
        }
        let piece = |index: u32| {
            let place = at.checked_add(index * 8).ok_or(Errno::FAULT)?;
            let behind = place.checked_add(4).ok_or(Errno::FAULT)?;
            Ok((self.read_u32(place)?, self.read_u32(behind)?))
        };
        (0..count).map(piece).collect()
    }

    fn open(&self, descriptor: u32) -> Result<&Open, Errno> {
        let slot = self.process.open.get(descriptor as usize);
        slot.and_then(Option::as_ref).ok_or(Errno::BAD_DESCRIPTOR)
    }

    /// The file or folder behind a descriptor.
    fn file(&mut self, descriptor: u32) -> Result<&mut File, Errno> {
        match self.process.open.get_mut(descriptor as usize) {
            Some(Some(Open::File(file))) => Ok(file),
            _ => Err(Errno::BAD_DESCRIPTOR),
        }
    }

    /// The path that a call names relative to a folder.
    pub(super) fn path(&mut self, folder: u32, at: u32, length: u32) -> Result<String, Errno> {
        let file = self.file(folder)?;
        if file.node != Node::Folder {
            return Err(Errno::NOT_FOLDER);
        }
        let folder = file.path.clone();
        joined(&folder, self.part(at, length)?)
    }

    fn status(&mut self, node: &Node, path: &str, at: u32) -> Result<(), Errno> {
        let mut status = [0; 64];
        status[..8].copy_from_slice(&1_u64.to_le_bytes());
        status[8..16].copy_from_slice(&identity(node, path).to_le_bytes());
        status[16] = kind(node);
        status[24..32].copy_from_slice(&1_u64.to_le_bytes());
        let size = self.process.files.bytes(node).len() as u64;
        status[32..40].copy_from_slice(&size.to_le_bytes());
        self.write(at, &status)
    }

    pub(super) fn argument_sizes(&mut self, count: u32, bytes: u32) -> Done {
        let arguments = &self.process.arguments;
        let length = arguments.iter().map(|it| it.len() + 1).sum();
        let (number, length) = (size(arguments.len())?, size(length)?);
        self.write(count, &number.to_le_bytes())?;
        Ok(self.write(bytes, &length.to_le_bytes())?)
    }

    pub(super) fn arguments(&mut self, pointers: u32, texts: u32) -> Done {
        let arguments = self.process.arguments.clone();
        let (mut pointer, mut text) = (pointers, texts);
        for argument in arguments {
            self.write(pointer, &text.to_le_bytes())?;
            self.write(text, argument.as_bytes())?;
            let length = u32::try_from(argument.len()).map_err(|_| Errno::FAULT)?;
            self.write(text.saturating_add(length), &[0])?;
            (pointer, text) = (pointer + 4, text + length + 1);
        }
        Ok(())
    }

    /// Writes to a stream or a file, and says how many bytes.
    pub(super) fn write_to(
        &mut self,
        descriptor: u32,
        pieces: &[(u32, u32)],
        written: u32,
    ) -> Done {
        match *self.open(descriptor)? {
            Open::Input => Err(Errno::BAD_DESCRIPTOR.into()),
            Open::Print(channel) => self.print(channel, pieces, written),
            Open::File(_) => self.write_file(descriptor, pieces, written),
        }
    }

    fn print(&mut self, channel: Channel, pieces: &[(u32, u32)], written: u32) -> Done {
        let mut total = 0;
        for &(at, length) in pieces {
            let rest = self.memory.get(at as usize..);
            let bytes = rest.and_then(|rest| rest.get(..length as usize));
            self.process
                .output
                .print(channel, bytes.ok_or(Errno::FAULT)?)?;
            total += length;
        }
        Ok(self.write(written, &u32::to_le_bytes(total))?)
    }

    fn write_file(&mut self, descriptor: u32, pieces: &[(u32, u32)], written: u32) -> Done {
        let mut file = self.file(descriptor)?.clone();
        if file.node == Node::Folder {
            return Err(Errno::BAD_DESCRIPTOR.into());
        }
        if file.appends {
            file.at = self.process.files.bytes(&file.node).len();
        }
        let mut total = 0;
        for &(at, length) in pieces {
            let rest = self.memory.get(at as usize..);
            let bytes = rest.and_then(|rest| rest.get(..length as usize));
            let bytes = bytes.ok_or(Errno::FAULT)?;
            self.process.files.write(&file.node, file.at, bytes)?;
            file.at += bytes.len();
            total += length;
        }
        *self.file(descriptor)? = file;
        Ok(self.write(written, &u32::to_le_bytes(total))?)
    }

    /// Copies what stands at a place of a file, or of standard input, into memory.
    fn fill(
        &mut self,
        node: Option<&Node>,
        from: usize,
        pieces: &[(u32, u32)],
    ) -> Result<usize, Errno> {
        let mut at = from;
        for &(place, length) in pieces {
            let source = match node {
                Some(node) => self.process.files.bytes(node),
                None => &self.process.stdin,
            };
            let rest = source.get(at..).unwrap_or_default();
            let count = rest.len().min(length as usize);
            let target = self.memory.get_mut(place as usize..);
            let target = target.and_then(|target| target.get_mut(..count));
            target.ok_or(Errno::FAULT)?.copy_from_slice(&rest[..count]);
            at += count;
        }
        Ok(at - from)
    }

    pub(super) fn read(&mut self, descriptor: u32, pieces: &[(u32, u32)], read: u32) -> Done {
        let count = match self.open(descriptor)?.clone() {
            Open::Input => {
                let count = self.fill(None, self.process.stdin_at, pieces)?;
                self.process.stdin_at += count;
                count
            }
            Open::Print(_) => return Err(Errno::BAD_DESCRIPTOR.into()),
            Open::File(file) if file.node == Node::Folder => return Err(Errno::IS_FOLDER.into()),
            Open::File(file) => {
                let count = self.fill(Some(&file.node), file.at, pieces)?;
                self.file(descriptor)?.at += count;
                count
            }
        };
        Ok(self.write(read, &size(count)?.to_le_bytes())?)
    }

    /// Reads from a place of a file and leaves its own place as it is.
    pub(super) fn read_at(
        &mut self,
        descriptor: u32,
        pieces: &[(u32, u32)],
        offset: u64,
        read: u32,
    ) -> Done {
        let node = self.file(descriptor)?.node.clone();
        let offset = usize::try_from(offset).map_err(|_| Errno::INVALID)?;
        let count = self.fill(Some(&node), offset, pieces)?;
        Ok(self.write(read, &size(count)?.to_le_bytes())?)
    }

    pub(super) fn close(&mut self, descriptor: u32) -> Done {
        self.open(descriptor)?;
        self.process.open[descriptor as usize] = None;
        Ok(())
    }

    pub(super) fn descriptor_status(&mut self, descriptor: u32, at: u32) -> Done {
        let kind = match self.open(descriptor)? {
            Open::Input | Open::Print(_) => TYPE_CHARACTERS,
            Open::File(file) => kind(&file.node),
        };
        let mut status = [0; 24];
        status[0] = kind;
        // Without the right to seek and to tell, standard streams are known for terminals; here
        // they are none, so they have them all.
        status[8..16].copy_from_slice(&RIGHTS.to_le_bytes());
        status[16..24].copy_from_slice(&RIGHTS.to_le_bytes());
        Ok(self.write(at, &status)?)
    }

    pub(super) fn file_status(&mut self, descriptor: u32, at: u32) -> Done {
        let Open::File(file) = self.open(descriptor)?.clone() else {
            let mut status = [0; 64];
            status[16] = TYPE_CHARACTERS;
            return Ok(self.write(at, &status)?);
        };
        Ok(self.status(&file.node, &file.path, at)?)
    }

    pub(super) fn path_status(&mut self, folder: u32, path: u32, length: u32, at: u32) -> Done {
        let path = self.path(folder, path, length)?;
        let node = self.process.files.ask_for(&path).ok_or(Errno::NO_ENTRY)?;
        Ok(self.status(&node, &path, at)?)
    }

    /// Tells a program at its start of the folder that it was given.
    pub(super) fn given_folder(&mut self, descriptor: u32, at: u32) -> Done {
        if descriptor != ROOT || self.open(descriptor).is_err() {
            return Err(Errno::BAD_DESCRIPTOR.into());
        }
        // A folder whose name is one character long.
        Ok(self.write(at, &[0, 0, 0, 0, 1, 0, 0, 0])?)
    }

    pub(super) fn given_folder_name(&mut self, descriptor: u32, at: u32, length: u32) -> Done {
        if descriptor != ROOT || length == 0 {
            return Err(Errno::BAD_DESCRIPTOR.into());
        }
        Ok(self.write(at, b"/")?)
    }

    pub(super) fn resize(&mut self, descriptor: u32, length: u64) -> Done {
        let node = self.file(descriptor)?.node.clone();
        let length = usize::try_from(length).map_err(|_| Errno::NO_SPACE)?;
        Ok(self.process.files.resize(&node, length)?)
    }

    pub(super) fn remove(&mut self, folder: u32, path: u32, length: u32) -> Done {
        let path = self.path(folder, path, length)?;
        Ok(self.process.files.remove(&path)?)
    }

    /// Renames a file; both are folder, path and the path's length.
    pub(super) fn rename(&mut self, from: (u32, u32, u32), to: (u32, u32, u32)) -> Done {
        let from = self.path(from.0, from.1, from.2)?;
        let to = self.path(to.0, to.1, to.2)?;
        Ok(self.process.files.rename(&from, &to)?)
    }

    pub(super) fn seek(&mut self, descriptor: u32, offset: i64, whence: u32, result: u32) -> Done {
        let Open::File(file) = self.open(descriptor)? else {
            return Err(Errno::NO_SEEK.into());
        };
        let base = match whence {
            0 => 0,
            1 => file.at,
            2 => self.process.files.bytes(&file.node).len(),
            _ => return Err(Errno::INVALID.into()),
        };
        let at = i64::try_from(base)
            .ok()
            .and_then(|it| it.checked_add(offset));
        let at = at.and_then(|at| usize::try_from(at).ok());
        let at = at.ok_or(Errno::INVALID)?;
        self.file(descriptor)?.at = at;
        Ok(self.write(result, &(at as u64).to_le_bytes())?)
    }

    pub(super) fn open_path(&mut self, path: String, wanted: Wanted, result: u32) -> Done {
        let found = self.process.files.ask_for(&path);
        let node = match found {
            Some(_) if wanted.creates() && wanted.is_exclusive() => {
                return Err(Errno::EXISTS.into());
            }
            Some(Node::Folder) if wanted.truncates() => return Err(Errno::IS_FOLDER.into()),
            Some(node) if wanted.is_folder() && node != Node::Folder => {
                return Err(Errno::NOT_FOLDER.into());
            }
            Some(node) => node,
            None if wanted.creates() => self.process.files.make(&path)?,
            None => return Err(Errno::NO_ENTRY.into()),
        };
        if wanted.truncates() {
            self.process.files.resize(&node, 0)?;
        }
        let open = Open::File(File {
            node,
            path,
            at: 0,
            appends: wanted.appends(),
        });
        let table = &mut self.process.open;
        let free = table.iter().position(Option::is_none);
        let descriptor = match free {
            Some(descriptor) => {
                table[descriptor] = Some(open);
                descriptor
            }
            None if table.len() < DESCRIPTORS_MAX => {
                table.push(Some(open));
                table.len() - 1
            }
            None => return Err(Errno::MANY_OPEN.into()),
        };
        Ok(self.write(result, &size(descriptor)?.to_le_bytes())?)
    }

    pub(super) fn random(&mut self, at: u32, length: u32) -> Done {
        let mut state = self.process.random;
        for place in self.part(at, length)? {
            // SplitMix64: any stream that looks random will do.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *place = (mixed >> 56) as u8;
        }
        self.process.random = state;
        Ok(())
    }

    /// A wait costs nothing and takes as long as it says. Only one clock can be waited for.
    pub(super) fn wait(
        &mut self,
        subscription: u32,
        event: u32,
        count: u32,
        events: u32,
        now: u64,
    ) -> Done {
        let bytes: [u8; 48] = self
            .part(subscription, 48)?
            .try_into()
            .expect("that many were taken");
        let (kind, absolute) = (bytes[8], bytes[40] & 1 == 1);
        if count != 1 || kind != 0 {
            return Err(Errno::NOT_SUPPORTED.into());
        }
        let timeout = bytes[24..32].try_into().expect("eight bytes");
        let timeout = u64::from_le_bytes(timeout);
        let timeout = timeout.saturating_sub(if absolute { now } else { 0 });
        self.process.slept = self.process.slept.saturating_add(timeout);
        let mut told = [0; 32];
        told[..8].copy_from_slice(&bytes[..8]);
        self.write(event, &told)?;
        Ok(self.write(events, &1_u32.to_le_bytes())?)
    }
}

/// How a path is opened: the bits of WASI.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) how: u32,
    pub(super) flags: u32,
}

impl Wanted {
    fn creates(self) -> bool {
        self.how & 1 != 0
    }

    fn is_folder(self) -> bool {
        self.how & 2 != 0
    }

    fn is_exclusive(self) -> bool {
        self.how & 4 != 0
    }

    fn truncates(self) -> bool {
        self.how & 8 != 0
    }

    fn appends(self) -> bool {
        self.flags & 1 != 0
    }
}

/// What kind of thing a node is, as WASI says it.
fn kind(node: &Node) -> u8 {
    match node {
        Node::Folder => TYPE_FOLDER,
        Node::Shared(_) | Node::Made(_) => TYPE_FILE,
    }
}

fn size(count: usize) -> Result<u32, Errno> {
    u32::try_from(count).map_err(|_| Errno::INVALID)
}

/// A number for a file that no other file has.
fn identity(node: &Node, path: &str) -> u64 {
    match node {
        Node::Made(number) => (1 << 63) | *number as u64,
        // FNV-1a: any hash without state will do for some thousands of paths.
        Node::Shared(_) | Node::Folder => {
            let hash = path.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
            hash >> 1
        }
    }
}
