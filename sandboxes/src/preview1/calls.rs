//! The functions of WASI preview 1.

use wasmtime::{Caller, Extern, Linker};

use super::Host;
use super::files::Errno;
use super::guest::{Done, Fail, Guest, Wanted};
use crate::Exit;
use crate::world::{EPOCH_SECONDS, Stop};

const MODULE: &str = "wasi_snapshot_preview1";

const NANOSECONDS: u64 = 1_000_000_000;

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
        guest.argument_sizes(count, bytes)
    });
    answer!("args_get", |guest, pointers: u32, texts: u32| {
        guest.arguments(pointers, texts)
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
        guest.write_to(descriptor, &pieces, written)
    });
    answer!("fd_read", |guest,
                        descriptor: u32,
                        at: u32,
                        count: u32,
                        read: u32| {
        let pieces = guest.pieces(at, count)?;
        guest.read(descriptor, &pieces, read)
    });
    answer!("fd_pread", |guest,
                         descriptor: u32,
                         at: u32,
                         count: u32,
                         offset: u64,
                         read: u32| {
        let pieces = guest.pieces(at, count)?;
        guest.read_at(descriptor, &pieces, offset, read)
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
        guest.close(descriptor)
    });
    answer!("fd_fdstat_get", |guest, descriptor: u32, at: u32| {
        guest.descriptor_status(descriptor, at)
    });
    answer!("fd_filestat_get", |guest, descriptor: u32, at: u32| {
        guest.file_status(descriptor, at)
    });
    answer!(
        "fd_filestat_set_size",
        |guest, descriptor: u32, length: u64| guest.resize(descriptor, length)
    );
    answer!("fd_prestat_get", |guest, descriptor: u32, at: u32| {
        guest.given_folder(descriptor, at)
    });
    answer!(
        "fd_prestat_dir_name",
        |guest, descriptor: u32, at: u32, length: u32| {
            guest.given_folder_name(descriptor, at, length)
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
            guest.path_status(folder, path, length, at)
        }
    );
    answer!(
        "path_unlink_file",
        |guest, folder: u32, path: u32, length: u32| { guest.remove(folder, path, length) }
    );
    answer!("path_rename", |guest,
                            folder: u32,
                            path: u32,
                            length: u32,
                            other: u32,
                            to: u32,
                            to_length: u32| {
        guest.rename((folder, path, length), (other, to, to_length))
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
