//! How much fuel a problem's candidates get: a multiple of what its reference burns.
//!
//! So a program that hangs costs little, and one that is honest but slow still passes.

use sandboxes::{Fuel, Limits, Record};

/// A candidate may burn this many times what the reference burns on its costliest case.
pub(crate) const MULTIPLE: u64 = 20;

/// No budget is smaller: about a twentieth of a second, thousands of times what a short program burns.
/// Nearly all that an endless loop costs is this.
pub(crate) const FLOOR: Fuel = Fuel(500_000_000);

/// No budget is larger, except that twice the reference always fits; references themselves run
/// with this. About ten seconds to half a minute, depending on the machine.
pub(crate) const CEILING: Fuel = Fuel(100_000_000_000);

/// The budget of a problem whose reference was observed so; the sandbox's default where there is no
/// reference or it does not finish.
pub(crate) fn from_reference(record: Option<&Record>) -> Fuel {
    let Some(record) = record else {
        return Limits::default().fuel;
    };
    let cases = record.cases.iter().map(|case| case.fuel.0);
    let costliest = cases.chain([record.load_fuel.0]).max().unwrap_or(0);
    let multiple = Fuel(costliest.saturating_mul(MULTIPLE));
    multiple.clamp(FLOOR, CEILING.max(Fuel(costliest.saturating_mul(2))))
}

#[cfg(test)]
mod tests {
    use sandboxes::{CaseRecord, Exit};

    use super::*;

    fn record(fuel: u64) -> Record {
        Record {
            load: Exit::Finished,
            load_fuel: Fuel(1),
            cases: vec![CaseRecord {
                exit: Exit::Finished,
                answer: None,
                stdout: Vec::new(),
                stderr: Vec::new(),
                fuel: Fuel(fuel),
            }],
            memory_bytes: 0,
        }
    }

    #[test]
    fn a_budget_is_a_multiple_of_the_reference_between_a_floor_and_a_ceiling() {
        for (burnt, budget) in [
            (1_000, FLOOR.0),
            (200_000_000, 4_000_000_000),
            (30_000_000_000, CEILING.0),
            (80_000_000_000, 160_000_000_000),
        ] {
            assert_eq!(
                from_reference(Some(&record(burnt))),
                Fuel(budget),
                "{burnt}"
            );
        }
        assert_eq!(from_reference(None), Limits::default().fuel);
    }
}
