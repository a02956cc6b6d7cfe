//! The layer that seccomp makes: an allow-list of system calls. Any other kills the process, so a
//! break-out costs one candidate's attempt and shows as a worker that died of `SIGSYS`.
//!
//! The list is what judging was seen to call, plus what the Rust and C runtimes call when a thread
//! or the process ends, orderly or not. Nothing on it makes a descriptor, a process or a thread, nor
//! executable memory except in a worker that compiles programs, and reading and writing are bound to the worker's own pipes and, to find its
//! guests' memories, the list of its own mappings. Requests to descriptors are bound to three: which
//! pages of its own memory were written, and to begin and to end being told. One call fails without
//! killing, because the C library makes it and copes.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::os::fd::RawFd;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter_all_threads,
};

use super::{Code, WallState};
use crate::resident::REQUESTS;

/// Installs the filter for every thread of the process.
pub(super) fn syscalls(readable: &[RawFd], code: Code) -> WallState {
    // Of two filters the stricter answer counts. The lenient one goes first: the other lets no
    // filter be installed after it.
    let installed = refused()
        .and_then(|program| apply_filter_all_threads(&program))
        .and_then(|()| allowed(readable, code))
        .and_then(|program| apply_filter_all_threads(&program));
    match installed {
        Ok(()) => WallState::Held,
        Err(error) => WallState::Missing(format!("seccomp: {error}")),
    }
}

/// What libraries try and do without: it fails instead of killing. The C library's allocator opens
/// `/proc/sys/vm/overcommit_memory` when it first shrinks a thread's heap, at whatever candidate
/// that happens.
const REFUSED: &[i64] = &[libc::SYS_openat];

fn refused() -> Result<BpfProgram, seccompiler::Error> {
    let filter = SeccompFilter::new(
        REFUSED.iter().map(|&call| (call, Vec::new())).collect(),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        TargetArch::try_from(ARCH)?,
    )?;
    Ok(filter.try_into()?)
}

/// What needs no look at its arguments: nothing here reaches beyond the process.
const HARMLESS: &[i64] = &[
    // Memory, of which wasmtime resets and reserves a lot.
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    // Locks, and waiting for the other thread.
    libc::SYS_futex,
    libc::SYS_restart_syscall,
    libc::SYS_sched_yield,
    // Signals: a guest's trap is one, and so is the end of a panic.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    // The keys of hash tables; the clock where it is no plain memory read.
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    // The end.
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

fn allowed(readable: &[RawFd], code: Code) -> Result<BpfProgram, seccompiler::Error> {
    let argument = |index, operator, value: u64| -> Result<SeccompRule, seccompiler::Error> {
        let condition = SeccompCondition::new(index, SeccompCmpArgLen::Dword, operator, value)?;
        Ok(SeccompRule::new(vec![condition])?)
    };
    let is = |index, value| argument(index, SeccompCmpOp::Eq, value);
    let executable = u64::from(libc::PROT_EXEC.unsigned_abs());
    let not_executable = || argument(2, SeccompCmpOp::MaskedEq(executable), 0);
    let own_process = u64::from(std::process::id());

    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = HARMLESS
        .iter()
        .chain(REFUSED)
        .map(|&call| (call, Vec::new()))
        .collect();
    rules.insert(libc::SYS_read, vec![is(0, 0)?]);
    for readable in readable.iter().map(|descriptor| descriptor.unsigned_abs()) {
        for call in [libc::SYS_read, libc::SYS_lseek] {
            let allowed = rules.entry(call).or_default();
            allowed.push(is(0, readable.into())?);
        }
    }
    rules.insert(libc::SYS_write, vec![is(0, 1)?, is(0, 2)?]);
    rules.insert(libc::SYS_mmap, vec![not_executable()?]);
    // Where programs are compiled, their code is written first and made executable then.
    let protect = match code {
        Code::Fixed => vec![not_executable()?],
        Code::Made => Vec::new(),
    };
    rules.insert(libc::SYS_mprotect, protect);
    let requests = REQUESTS.iter().map(|&request| is(1, request));
    rules.insert(libc::SYS_ioctl, requests.collect::<Result<_, _>>()?);
    // What `abort` ends with.
    rules.insert(libc::SYS_tgkill, vec![is(0, own_process)?]);

    let filter = SeccompFilter::new(
        rules,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        TargetArch::try_from(ARCH)?,
    )?;
    Ok(filter.try_into()?)
}
