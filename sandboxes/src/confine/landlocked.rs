//! The layers that Landlock makes: an unprivileged process denies itself files, TCP and signals.
//!
//! No rule allows anything. The guests are opened before, and their mappings stay; so do the
//! descriptors that wasmtime keeps.

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetError,
    RulesetStatus, Scope,
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
