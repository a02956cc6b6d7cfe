//! The functions of WASI preview 1.

use wasmtime::{Caller, Extern, Linker};

use super::files::{Errno, Node, joined};
use super::{Host, Process};
use crate::Exit;
use crate::world::{Channel, EPOCH_SECONDS, Stop};

const MODULE: &str = "wasi_snapshot_preview1";

/// How many descriptors can be open at once.
const DESCRIPTORS_MAX: usize = 1_000;

/// The descriptor of the root folder; what is opened comes behind it.
const ROOT: u32 = 3;

const NANOSECONDS: u64 = 1_000_000_000;

const TYPE_CHARACTERS: u8 = 2;
const TYPE_FOLDER: u8 = 3;
const TYPE_FILE: u8 = 4;
/// Every right that there is: what may be done is decided where it is done.
const RIGHTS: u64 = 0x1fff_ffff;

/// An open descriptor behind the standard streams.
#[derive(Clone, Debug)]
pub(super) struct Open {
    node: Node,
    path: String,
    at: usize,
    appends: bool,
}

impl Open {
    /// The root folder.
    pub(super) fn root() -> Self {
        Self {
            node: Node::Folder,
            path: String::new(),
            at: 0,
            appends: false,
        }
    }
}

/// Why a call does not answer with 0.
enum Fail {
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

type Done = Result<(), Fail>;

/// A process that called, with its memory.
struct Guest<'a> {
    memory: &'a mut [u8],
    process: &'a mut Process,
}

impl Guest<'_> {
    fn part(&mut self, at: u32, length: u32) -> Result<&mut [u8], Errno> {
        let rest = self.memory.get_mut(at as usize..);
        rest.and_then(|rest| rest.get_mut(..length as usize))
            .ok_or(Errno::FAULT)
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Errno> {
        let length = u32::try_from(bytes.len()).map_err(|_| Errno::FAULT)?;
        self.part(at, length)?.copy_from_slice(bytes);
        Ok(())
    }

    fn read_u32(&mut self, at: u32) -> Result<u32, Errno> {
        let bytes = self.part(at, 4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// The pieces of memory that a vector of them names.
    fn pieces(&mut self, at: u32, count: u32) -> Result<Vec<(u32, u32)>, Errno> {
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

    fn open(&mut self, descriptor: u32) -> Result<&mut Open, Errno> {
        let index = descriptor.checked_sub(ROOT);
        let slot = index.and_then(|index| self.process.open.get_mut(index as usize));
        slot.and_then(Option::as_mut).ok_or(Errno::BAD_DESCRIPTOR)
    }

    /// The path that a call names relative to a folder.
    fn path(&mut self, folder: u32, at: u32, length: u32) -> Result<String, Errno> {
        let open = self.open(folder)?;
        if open.node != Node::Folder {
            return Err(Errno::NOT_FOLDER);
        }
        let folder = open.path.clone();
        joined(&folder, self.part(at, length)?)
    }

    fn status(&mut self, node: &Node, path: &str, at: u32) -> Result<(), Errno> {
        let kind = match node {
            Node::Folder => TYPE_FOLDER,
            Node::Shared(_) | Node::Made(_) => TYPE_FILE,
        };
        let mut status = [0; 64];
        status[..8].copy_from_slice(&1_u64.to_le_bytes());
        status[8..16].copy_from_slice(&identity(node, path).to_le_bytes());
        status[16] = kind;
        status[24..32].copy_from_slice(&1_u64.to_le_bytes());
        let size = self.process.files.bytes(node).len() as u64;
        status[32..40].copy_from_slice(&size.to_le_bytes());
        self.write(at, &status)
    }

    fn arguments(&mut self, pointers: u32, texts: u32) -> Result<(), Errno> {
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

    fn print(&mut self, descriptor: u32, pieces: &[(u32, u32)], written: u32) -> Done {
        let channel = match descriptor {
            1 => Channel::Stdout,
            _ => Channel::Stderr,
        };
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
        let mut open = self.open(descriptor)?.clone();
        if open.node == Node::Folder {
            return Err(Errno::BAD_DESCRIPTOR.into());
        }
        if open.appends {
            open.at = self.process.files.bytes(&open.node).len();
        }
        let mut total = 0;
        for &(at, length) in pieces {
            let rest = self.memory.get(at as usize..);
            let bytes = rest.and_then(|rest| rest.get(..length as usize));
            let bytes = bytes.ok_or(Errno::FAULT)?;
            self.process.files.write(&open.node, open.at, bytes)?;
            open.at += bytes.len();
            total += length;
        }
        *self.open(descriptor)? = open;
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

    fn read(&mut self, descriptor: u32, pieces: &[(u32, u32)], read: u32) -> Done {
        let count = if descriptor == 0 {
            let count = self.fill(None, self.process.stdin_at, pieces)?;
            self.process.stdin_at += count;
            count
        } else {
            let open = self.open(descriptor)?.clone();
            if open.node == Node::Folder {
                return Err(Errno::IS_FOLDER.into());
            }
            let count = self.fill(Some(&open.node), open.at, pieces)?;
            self.open(descriptor)?.at += count;
            count
        };
        Ok(self.write(read, &size(count)?.to_le_bytes())?)
    }

    fn seek(&mut self, descriptor: u32, offset: i64, whence: u32, result: u32) -> Done {
        if descriptor < ROOT {
            return Err(Errno::NO_SEEK.into());
        }
        let open = self.open(descriptor)?.clone();
        let base = match whence {
            0 => 0,
            1 => open.at,
            2 => self.process.files.bytes(&open.node).len(),
            _ => return Err(Errno::INVALID.into()),
        };
        let at = i64::try_from(base)
            .ok()
            .and_then(|it| it.checked_add(offset));
        let at = at.and_then(|at| usize::try_from(at).ok());
        let at = at.ok_or(Errno::INVALID)?;
        self.open(descriptor)?.at = at;
        Ok(self.write(result, &(at as u64).to_le_bytes())?)
    }

    fn open_path(&mut self, path: String, wanted: Wanted, result: u32) -> Done {
        let found = self.process.files.find(&path);
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
        let open = Open {
            node,
            path,
            at: 0,
            appends: wanted.appends(),
        };
        let table = &mut self.process.open;
        let free = table.iter().position(Option::is_none);
        let index = match free {
            Some(index) => {
                table[index] = Some(open);
                index
            }
            None if table.len() < DESCRIPTORS_MAX => {
                table.push(Some(open));
                table.len() - 1
            }
            None => return Err(Errno::MANY_OPEN.into()),
        };
        let descriptor = ROOT + size(index)?;
        Ok(self.write(result, &descriptor.to_le_bytes())?)
    }

    fn random(&mut self, at: u32, length: u32) -> Done {
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
    fn wait(&mut self, subscription: u32, event: u32, count: u32, events: u32, now: u64) -> Done {
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
struct Wanted {
    how: u32,
    flags: u32,
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

/// Finds the caller's memory and does it.
fn with<T: Host>(
    caller: &mut Caller<'_, T>,
    act: impl FnOnce(&mut Guest<'_>) -> Done,
) -> wasmtime::Result<i32> {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        return Ok(Errno::FAULT.0);
    };
    let (memory, host) = memory.data_and_store_mut(caller);
    let process = host.process();
    match act(&mut Guest { memory, process }) {
        Ok(()) => Ok(0),
        Err(Fail::Errno(Errno(number))) => Ok(number),
        Err(Fail::Stop(stop)) => Err(stop.into()),
    }
}

/// One unit of fuel takes one nanosecond.
fn now<T: Host>(caller: &mut Caller<'_, T>) -> wasmtime::Result<u64> {
    let left = caller.get_fuel()?;
    let process = caller.data_mut().process();
    let burnt = process.fuel_at_start.saturating_sub(left);
    Ok((EPOCH_SECONDS * NANOSECONDS).saturating_add(process.slept.saturating_add(burnt)))
}

/// Links every function that preview 1 has.
#[allow(clippy::too_many_lines, reason = "one entry a function: it is a table")]
pub(crate) fn link<T: Host>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    macro_rules! answer {
        ($name:literal, |$guest:ident $(, $argument:ident : $ty:ty)*| $body:expr) => {
            linker.func_wrap(
                MODULE,
                $name,
                |mut caller: Caller<'_, T> $(, $argument: $ty)*| {
                    with(&mut caller, |$guest| $body)
                },
            )?;
        };
    }
    macro_rules! unsupported {
        ($($name:literal ($($ty:ty),*);)*) => {
            $(linker.func_wrap(MODULE, $name, |_: Caller<'_, T> $(, _: $ty)*| {
                Errno::NOT_SUPPORTED.0
            })?;)*
        };
    }

    answer!("args_sizes_get", |guest, count: u32, bytes: u32| {
        let arguments = &guest.process.arguments;
        let length = arguments.iter().map(|it| it.len() + 1).sum();
        let (number, length) = (size(arguments.len())?, size(length)?);
        guest.write(count, &number.to_le_bytes())?;
        Ok(guest.write(bytes, &length.to_le_bytes())?)
    });
    answer!("args_get", |guest, pointers: u32, texts: u32| {
        Ok(guest.arguments(pointers, texts)?)
    });
    answer!("environ_sizes_get", |guest, count: u32, bytes: u32| {
        guest.write(count, &[0; 4])?;
        Ok(guest.write(bytes, &[0; 4])?)
    });
    answer!("environ_get", |_guest, _pointers: u32, _texts: u32| Ok(()));
    linker.func_wrap(
        MODULE,
        "random_get",
        |mut caller: Caller<'_, T>, at: u32, length: u32| {
            // Drawing costs about as much as it would inside.
            let left = caller.get_fuel()?;
            caller.set_fuel(left.saturating_sub(length.into()))?;
            with(&mut caller, |guest| guest.random(at, length))
        },
    )?;

    linker.func_wrap(
        MODULE,
        "clock_time_get",
        |mut caller: Caller<'_, T>, _clock: u32, _precision: u64, at: u32| {
            let now = now(&mut caller)?;
            with(
                &mut caller,
                |guest| Ok(guest.write(at, &now.to_le_bytes())?),
            )
        },
    )?;
    answer!("clock_res_get", |guest, _clock: u32, at: u32| {
        Ok(guest.write(at, &1_u64.to_le_bytes())?)
    });
    linker.func_wrap(
        MODULE,
        "poll_oneoff",
        |mut caller: Caller<'_, T>, subscription: u32, event: u32, count: u32, events: u32| {
            let now = now(&mut caller)?;
            with(&mut caller, |guest| {
                guest.wait(subscription, event, count, events, now)
            })
        },
    )?;
    linker.func_wrap(MODULE, "sched_yield", || 0_i32)?;
    linker.func_wrap(MODULE, "proc_exit", |status: i32| -> wasmtime::Result<()> {
        Err(Stop(Exit::Exited { status }).into())
    })?;

    answer!("fd_write", |guest,
                         descriptor: u32,
                         at: u32,
                         count: u32,
                         written: u32| {
        let pieces = guest.pieces(at, count)?;
        match descriptor {
            0 => Err(Errno::BAD_DESCRIPTOR.into()),
            1 | 2 => guest.print(descriptor, &pieces, written),
            _ => guest.write_file(descriptor, &pieces, written),
        }
    });
    answer!("fd_read", |guest,
                        descriptor: u32,
                        at: u32,
                        count: u32,
                        read: u32| {
        let pieces = guest.pieces(at, count)?;
        match descriptor {
            1 | 2 => Err(Errno::BAD_DESCRIPTOR.into()),
            _ => guest.read(descriptor, &pieces, read),
        }
    });
    answer!("fd_pread", |guest,
                         descriptor: u32,
                         at: u32,
                         count: u32,
                         offset: u64,
                         read: u32| {
        let pieces = guest.pieces(at, count)?;
        let node = guest.open(descriptor)?.node.clone();
        let offset = usize::try_from(offset).map_err(|_| Errno::INVALID)?;
        let count = guest.fill(Some(&node), offset, &pieces)?;
        Ok(guest.write(read, &size(count)?.to_le_bytes())?)
    });
    answer!("fd_seek", |guest,
                        descriptor: u32,
                        offset: i64,
                        whence: u32,
                        result: u32| {
        guest.seek(descriptor, offset, whence, result)
    });
    answer!("fd_tell", |guest, descriptor: u32, result: u32| {
        guest.seek(descriptor, 0, 1, result)
    });
    answer!("fd_close", |guest, descriptor: u32| {
        if descriptor >= ROOT {
            guest.open(descriptor)?;
            guest.process.open[(descriptor - ROOT) as usize] = None;
        }
        Ok(())
    });
    answer!("fd_fdstat_get", |guest, descriptor: u32, at: u32| {
        let kind = match descriptor {
            0..ROOT => TYPE_CHARACTERS,
            _ => match guest.open(descriptor)?.node {
                Node::Folder => TYPE_FOLDER,
                Node::Shared(_) | Node::Made(_) => TYPE_FILE,
            },
        };
        let mut status = [0; 24];
        status[0] = kind;
        // Without the right to seek and to tell, standard streams are known for terminals; here
        // they are none, so they have them all.
        status[8..16].copy_from_slice(&RIGHTS.to_le_bytes());
        status[16..24].copy_from_slice(&RIGHTS.to_le_bytes());
        Ok(guest.write(at, &status)?)
    });
    answer!("fd_filestat_get", |guest, descriptor: u32, at: u32| {
        if descriptor < ROOT {
            let mut status = [0; 64];
            status[16] = TYPE_CHARACTERS;
            return Ok(guest.write(at, &status)?);
        }
        let open = guest.open(descriptor)?.clone();
        Ok(guest.status(&open.node, &open.path, at)?)
    });
    answer!(
        "fd_filestat_set_size",
        |guest, descriptor: u32, length: u64| {
            let node = guest.open(descriptor)?.node.clone();
            let length = usize::try_from(length).map_err(|_| Errno::NO_SPACE)?;
            Ok(guest.process.files.resize(&node, length)?)
        }
    );
    answer!("fd_prestat_get", |guest, descriptor: u32, at: u32| {
        if descriptor != ROOT || guest.open(descriptor).is_err() {
            return Err(Errno::BAD_DESCRIPTOR.into());
        }
        // A folder whose name is one character long.
        Ok(guest.write(at, &[0, 0, 0, 0, 1, 0, 0, 0])?)
    });
    answer!(
        "fd_prestat_dir_name",
        |guest, descriptor: u32, at: u32, length: u32| {
            if descriptor != ROOT || length == 0 {
                return Err(Errno::BAD_DESCRIPTOR.into());
            }
            Ok(guest.write(at, b"/")?)
        }
    );
    answer!("path_open", |guest,
                          folder: u32,
                          _links: u32,
                          path: u32,
                          length: u32,
                          how: u32,
                          _base: u64,
                          _inherited: u64,
                          flags: u32,
                          result: u32| {
        let path = guest.path(folder, path, length)?;
        let wanted = Wanted { how, flags };
        guest.open_path(path, wanted, result)
    });
    answer!(
        "path_filestat_get",
        |guest, folder: u32, _links: u32, path: u32, length: u32, at: u32| {
            let path = guest.path(folder, path, length)?;
            let node = guest.process.files.find(&path).ok_or(Errno::NO_ENTRY)?;
            Ok(guest.status(&node, &path, at)?)
        }
    );
    answer!(
        "path_unlink_file",
        |guest, folder: u32, path: u32, length: u32| {
            let path = guest.path(folder, path, length)?;
            Ok(guest.process.files.remove(&path)?)
        }
    );
    answer!("path_rename", |guest,
                            folder: u32,
                            path: u32,
                            length: u32,
                            other: u32,
                            to: u32,
                            to_length: u32| {
        let from = guest.path(folder, path, length)?;
        let to = guest.path(other, to, to_length)?;
        Ok(guest.process.files.rename(&from, &to)?)
    });
    // Times are always the same, and a descriptor's flags change nothing.
    linker.func_wrap(
        MODULE,
        "fd_filestat_set_times",
        |_: u32, _: u64, _: u64, _: u32| 0_i32,
    )?;
    linker.func_wrap(MODULE, "fd_fdstat_set_flags", |_: u32, _: u32| 0_i32)?;
    linker.func_wrap(MODULE, "fd_advise", |_: u32, _: u64, _: u64, _: u32| 0_i32)?;
    linker.func_wrap(MODULE, "fd_sync", |_: u32| 0_i32)?;
    linker.func_wrap(MODULE, "fd_datasync", |_: u32| 0_i32)?;
    unsupported! {
        "fd_allocate"(u32, u64, u64);
        "fd_fdstat_set_rights"(u32, u64, u64);
        "fd_pwrite"(u32, u32, u32, u64, u32);
        "fd_readdir"(u32, u32, u32, u64, u32);
        "fd_renumber"(u32, u32);
        "path_create_directory"(u32, u32, u32);
        "path_filestat_set_times"(u32, u32, u32, u32, u64, u64, u32);
        "path_link"(u32, u32, u32, u32, u32, u32, u32);
        "path_readlink"(u32, u32, u32, u32, u32, u32);
        "path_remove_directory"(u32, u32, u32);
        "path_symlink"(u32, u32, u32, u32, u32);
        "proc_raise"(u32);
        "sock_accept"(u32, u32, u32);
        "sock_recv"(u32, u32, u32, u32, u32, u32);
        "sock_send"(u32, u32, u32, u32, u32);
        "sock_shutdown"(u32, u32);
    }
    Ok(())
}
