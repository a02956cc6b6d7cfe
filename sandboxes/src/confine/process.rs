//! The layers that a process needs no filter for: what it inherited, what it may become, how much
//! it may take.

use std::fs;
use std::io;

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, Signal, set_dumpable_behavior,
    set_parent_process_death_signal, setrlimit,
};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities, set_no_new_privs};

use super::WallState;

/// Closes everything above the standard streams.
pub(super) fn descriptors() -> WallState {
    // Collected first: the listing has a descriptor of its own.
    let listed = fs::read_dir("/proc/self/fd").map(|entries| {
        entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter(|&descriptor: &i32| descriptor > 2)
            .collect::<Vec<_>>()
    });
    let descriptors = match listed {
        Ok(descriptors) => descriptors,
        Err(error) => return WallState::Missing(format!("`/proc/self/fd`: {error}")),
    };
    for descriptor in descriptors {
        #[allow(
            unsafe_code,
            reason = "called first thing in a process that is a worker and nothing else: no object \
                      owns a descriptor yet, so none is closed under its owner. The listing's own \
                      is gone already, which is no error here"
        )]
        unsafe {
            rustix::io::close(descriptor);
        };
    }
    WallState::Held
}

/// Looks that there is no environment. Whoever starts a worker gives it none; to remove it here
/// would leave it on the stack for all to read.
pub(super) fn environment() -> WallState {
    match std::env::vars_os().count() {
        0 => WallState::Held,
        count => WallState::Missing(format!("{count} variables were inherited")),
    }
}

/// Asks for a signal when the parent ends. A parent that ended before closed the pipe that the next
/// job would come through, which ends the worker as well.
pub(super) fn parent() -> WallState {
    match set_parent_process_death_signal(Some(Signal::KILL)) {
        Ok(()) => WallState::Held,
        Err(error) => WallState::Missing(io::Error::from(error).to_string()),
    }
}

/// Gives up capabilities, the gain of new ones by executing something, and being looked into.
pub(super) fn privileges() -> WallState {
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    all_of([
        ("no_new_privs", set_no_new_privs(true)),
        ("capabilities", set_capabilities(None, none)),
        (
            "dumpable",
            set_dumpable_behavior(DumpableBehavior::NotDumpable),
        ),
    ])
}

/// Sets each limit to nothing. What is open stays open, and pipes are no files.
pub(super) fn limits() -> WallState {
    let nothing = |resource| {
        let limit = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        setrlimit(resource, limit)
    };
    let state = all_of([
        ("descriptors", nothing(Resource::Nofile)),
        ("file size", nothing(Resource::Fsize)),
        ("core dumps", nothing(Resource::Core)),
        ("processes", nothing(Resource::Nproc)),
        ("locked memory", nothing(Resource::Memlock)),
        ("message queues", nothing(Resource::Msgqueue)),
        ("real-time priority", nothing(Resource::Rtprio)),
    ]);
    if state == WallState::Held && rustix::process::geteuid().is_root() {
        return WallState::Partial("the kernel counts no processes of root".to_owned());
    }
    state
}

fn all_of<const N: usize>(parts: [(&str, rustix::io::Result<()>); N]) -> WallState {
    let failed: Vec<_> = parts
        .into_iter()
        .filter_map(|(what, outcome)| Some(format!("{what}: {}", io::Error::from(outcome.err()?))))
        .collect();
    match failed.len() {
        0 => WallState::Held,
        failures if failures < N => WallState::Partial(failed.join(", ")),
        _ => WallState::Missing(failed.join(", ")),
    }
}
