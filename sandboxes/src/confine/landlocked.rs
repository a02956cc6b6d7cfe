//! The layers that Landlock makes: an unprivileged process denies itself files, TCP and signals.
//!
//! For a worker no rule allows anything. The guests are opened before, and their mappings stay; so do
//! the descriptors that wasmtime keeps. A compiler that is a native program keeps the files it needs.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};

use super::WallState;

/// The newest interface that this crate asks for. An older kernel gives what it has.
const NEWEST: ABI = ABI::V10;

pub(super) fn files() -> WallState {
    // Older kernels let a file be emptied that cannot be opened.
    deny(ABI::V3, |rules| {
        rules.handle_access(AccessFs::from_all(NEWEST))
    })
}

pub(super) fn tcp() -> WallState {
    deny(ABI::V4, |rules| {
        rules.handle_access(AccessNet::from_all(NEWEST))
    })
}

pub(super) fn processes() -> WallState {
    deny(ABI::V6, |rules| rules.scope(Scope::from_all(NEWEST)))
}

/// Denies what `handled` names. `whole` is the interface from which on the layer is what its name
/// says.
fn deny(whole: ABI, handled: impl FnOnce(Ruleset) -> Result<Ruleset, RulesetError>) -> WallState {
    let restricted = handled(Ruleset::default())
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self);
    let status = match restricted {
        Ok(status) => status,
        Err(error) => return WallState::Missing(format!("Landlock: {error}")),
    };
    match status.landlock {
        LandlockStatus::NotImplemented => {
            WallState::Missing("this kernel is built without Landlock".to_owned())
        }
        LandlockStatus::NotEnabled => {
            WallState::Missing("Landlock is switched off; boot with `lsm=landlock,…`".to_owned())
        }
        LandlockStatus::Available { effective_abi, .. } => {
            let short = format!("it takes Landlock {whole:?}, this kernel has {effective_abi:?}");
            if status.ruleset == RulesetStatus::NotEnforced {
                WallState::Missing(short)
            } else if effective_abi < whole {
                WallState::Partial(short)
            } else {
                WallState::Held
            }
        }
    }
}

/// The files that a process keeps when it confines itself and becomes another program.
pub(crate) struct Access<'a> {
    /// A folder with everything in it.
    pub(crate) written: &'a Path,
    /// Folders and files to read.
    pub(crate) read: &'a [PathBuf],
    /// Files to read and to execute.
    pub(crate) executed: &'a [PathBuf],
}

/// Leaves these files and nothing else. Without Landlock there is no leaving them, which is an error:
/// the program that this process becomes is trusted only behind a wall.
pub(super) fn only(access: &Access<'_>) -> Result<(), String> {
    let read = AccessFs::from_read(NEWEST) & !AccessFs::Execute;
    let written = AccessFs::from_all(NEWEST) & !AccessFs::Execute;
    let executed = AccessFs::ReadFile | AccessFs::Execute;
    let restrict = || -> Result<_, RulesetError> {
        let rules = Ruleset::default()
            .handle_access(AccessFs::from_all(NEWEST))?
            .handle_access(AccessNet::from_all(NEWEST))?
            .scope(Scope::from_all(NEWEST))?
            .create()?;
        rules
            .add_rules(path_beneath_rules([access.written], written))?
            .add_rules(path_beneath_rules(access.read, read))?
            .add_rules(path_beneath_rules(access.executed, executed))?
            .restrict_self()
    };
    let status = restrict().map_err(|error| format!("Landlock: {error}"))?;
    match status.landlock {
        LandlockStatus::Available { effective_abi, .. } if effective_abi >= ABI::V3 => Ok(()),
        LandlockStatus::Available { effective_abi, .. } => Err(format!(
            "it takes Landlock {:?}, this kernel has {effective_abi:?}",
            ABI::V3
        )),
        _ => Err("this kernel has no Landlock, or it is switched off".to_owned()),
    }
}
