//! What a record depends on, by name: with all of it equal, the record comes out the same, byte for
//! byte, on every machine.

use sandboxes::{Guest, Language, Limits};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Plan;

/// What judges. The processor and the operating system are not in it: they decide nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Toolchain {
    /// The candidate's language.
    pub(crate) language: String,
    /// A digest of everything its guest is built from.
    pub(crate) guest: String,
    /// A digest of the judge's own sources and of the versions of all that it is linked with.
    pub(crate) engine: String,
    /// The program's version.
    pub(crate) version: String,
}

/// The digest of this program's judge; see `build.rs`.
const ENGINE: &str = env!("REWARDSMITH_ENGINE");

impl Toolchain {
    /// This program with that guest.
    pub(crate) fn of(language: &str, guest: &str) -> Self {
        Self {
            language: language.to_owned(),
            guest: guest.to_owned(),
            engine: ENGINE.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// All of it in one word, for the names of what is kept in the cache.
    pub(crate) fn digest(&self) -> String {
        digest_of(self)
    }
}

/// The guests of this program, by language: with them it can say what a record depends on.
#[derive(Clone, Debug)]
pub(crate) struct Toolchains(Vec<(Language, String)>);

impl Toolchains {
    /// Those of these guests.
    pub(crate) fn of(guests: &[Guest]) -> Self {
        let digests = guests.iter().map(|guest| (guest.language, &guest.digest));
        Self(digests.map(|(l, digest)| (l, digest.clone())).collect())
    }

    /// What judges candidates of this language.
    pub(crate) fn toolchain(&self, language: Language) -> Toolchain {
        let guest = self.0.iter().find(|(known, _)| *known == language);
        Toolchain::of(language.name(), guest.map_or("", |(_, digest)| digest))
    }

    /// What the record of this program depends on.
    pub(crate) fn depends_on(&self, plan: &Plan, source: &str) -> DependsOn {
        DependsOn {
            source: format!("{:x}", Sha256::digest(source)),
            tests: format!("{:x}", plan.tests_digest()),
            limits: plan.limits().into(),
            toolchain: self.toolchain(plan.language()),
        }
    }
}

/// What bounds a candidate. The wall clock is not in it: it never decides a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bounds {
    /// For loading, and again for each case.
    pub(crate) fuel: u64,
    pub(crate) memory_bytes: u64,
    pub(crate) output_bytes: u64,
}

impl From<&Limits> for Bounds {
    fn from(limits: &Limits) -> Self {
        Self {
            fuel: limits.fuel.0,
            memory_bytes: limits.memory_bytes,
            output_bytes: limits.output_bytes,
        }
    }
}

/// Everything that one candidate's record depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DependsOn {
    /// SHA-256 of the whole program.
    pub(crate) source: String,
    /// SHA-256 of the problem's tests with everything that counts as right.
    pub(crate) tests: String,
    pub(crate) limits: Bounds,
    pub(crate) toolchain: Toolchain,
}

impl DependsOn {
    /// All of it in one word.
    pub(crate) fn digest(&self) -> String {
        digest_of(self)
    }

    /// What differs between two records, in words.
    pub(crate) fn differences(&self, now: &Self) -> Vec<String> {
        let (then_by, now_by) = (&self.toolchain, &now.toolchain);
        let limit = |name: &str, then: u64, now: u64| {
            (then != now).then(|| format!("{name} was {then} and is {now}"))
        };
        let word = |name: &str, then: &str, now: &str| {
            (then != now).then(|| format!("{name} was `{then}` and is `{now}`"))
        };
        let digest = |what: &str, then: &str, now: &str| (then != now).then(|| what.to_owned());
        let (then_at, now_at) = (&self.limits, &now.limits);
        [
            digest("the candidate has changed", &self.source, &now.source),
            digest("the problem's tests have changed", &self.tests, &now.tests),
            limit("the limit of fuel", then_at.fuel, now_at.fuel),
            limit(
                "the limit of memory",
                then_at.memory_bytes,
                now_at.memory_bytes,
            ),
            limit(
                "the limit of output",
                then_at.output_bytes,
                now_at.output_bytes,
            ),
            word("the language", &then_by.language, &now_by.language),
            word("the guest", &then_by.guest, &now_by.guest),
            word("the judge", &then_by.engine, &now_by.engine),
            word("the version", &then_by.version, &now_by.version),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn digest_of(what: &impl Serialize) -> String {
    let bytes = serde_json::to_vec(what).expect("texts and numbers are JSON");
    format!("{:x}", Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> DependsOn {
        DependsOn {
            source: "s".to_owned(),
            tests: "t".to_owned(),
            limits: Bounds::from(&Limits::default()),
            toolchain: Toolchain::of("python", "g"),
        }
    }

    #[test]
    fn every_difference_changes_the_digest_and_is_named() {
        type Change = fn(&mut DependsOn);
        let changes: [(Change, &str); 9] = [
            (|it| it.source.push('x'), "candidate"),
            (|it| it.tests.push('x'), "tests"),
            (|it| it.limits.fuel += 1, "fuel"),
            (|it| it.limits.memory_bytes += 1, "memory"),
            (|it| it.limits.output_bytes += 1, "output"),
            (|it| it.toolchain.language.push('x'), "language"),
            (|it| it.toolchain.guest.push('x'), "guest"),
            (|it| it.toolchain.engine.push('x'), "judge"),
            (|it| it.toolchain.version.push('x'), "version"),
        ];
        assert_eq!(example().differences(&example()), Vec::<String>::new());
        for (change, name) in changes {
            let mut other = example();
            change(&mut other);
            assert_ne!(other.digest(), example().digest(), "{name}");
            let said = example().differences(&other);
            assert!(said.len() == 1 && said[0].contains(name), "{said:?}");
        }
    }
}
